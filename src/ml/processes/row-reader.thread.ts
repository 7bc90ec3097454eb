import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { RowReply, RowRequest, RowSections } from './row-reader.js';

const { path, sections } = workerData as RowSections;
const width = sections.reduce((sum, { rowBytes }) => sum + rowBytes, 0);
const file = openSync(path, 'r');
const port = parentPort!;

port.on('message', ({ rows, spare }: RowRequest) => {
  try {
    const length = rows.length * width;
    const memory = spare && spare.buffer.byteLength >= length ? spare.buffer : length;
    const bytes = new Uint8Array(memory as ArrayBuffer, 0, length);
    let offset = 0;
    for (const section of sections) {
      read(rows, section, bytes, offset);
      offset += section.rowBytes;
    }
    const reply: RowReply = { bytes };
    port.postMessage(reply, [bytes.buffer]);
  } catch (error) {
    const reply: RowReply = { problem: (error as Error).message };
    port.postMessage(reply);
  }
});

/** Into `bytes` at `offset` of each row; in the order of the file, which is faster even where all of it is in the system's cache. */
function read(
  rows: Int32Array,
  { start, rowBytes }: RowSections['sections'][number],
  bytes: Uint8Array,
  offset: number,
): void {
  const places = Uint32Array.from(rows, (_, place) => place);
  places.sort((a, b) => rows[a]! - rows[b]!);
  for (const place of places) {
    const at = start + rows[place]! * rowBytes;
    const done = readSync(file, bytes, place * width + offset, rowBytes, at);
    if (done !== rowBytes) throw new Error(`the file ends early: row ${rows[place]} is not whole`);
  }
}
