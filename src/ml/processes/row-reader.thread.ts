import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { RowReply, RowRequest, RowSections } from './row-reader.js';

const { path, rowBytes, starts } = workerData as RowSections;
const file = openSync(path, 'r');
const port = parentPort!;

port.on('message', ({ rows, spare }: RowRequest) => {
  try {
    const sections = starts.map((start, section) => read(rows, start, spare[section]));
    const reply: RowReply = { sections };
    port.postMessage(
      reply,
      sections.map((bytes) => bytes.buffer as ArrayBuffer),
    );
  } catch (error) {
    const reply: RowReply = { problem: (error as Error).message };
    port.postMessage(reply);
  }
});

/** In the order of the file, which is faster even where all of it is in the system's cache. */
function read(rows: Int32Array, start: number, spare: Uint8Array | undefined): Uint8Array {
  const length = rows.length * rowBytes;
  const bytes = spare && spare.length >= length ? spare : new Uint8Array(length);
  const places = Uint32Array.from(rows, (_, place) => place);
  places.sort((a, b) => rows[a]! - rows[b]!);
  for (const place of places) {
    const at = start + rows[place]! * rowBytes;
    const done = readSync(file, bytes, place * rowBytes, rowBytes, at);
    if (done !== rowBytes) throw new Error(`the file ends early: row ${rows[place]} is not whole`);
  }
  return bytes;
}
