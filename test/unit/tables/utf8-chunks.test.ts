import { describe, expect, it } from 'vitest';
import { readLines } from '../../../src/tables/lines.js';
import { chunksOf, readCsv, readJsonl, shown } from './read.js';

const CSV = 'image;labels;caption\r\na.jpg;1;Ein Gruß aus 東京 🦊\r\nb.jpg;2;"zwei\r\nZeilen"\r\n';
const JSONL = '{"image":"a.jpg","caption":"東京 🦊"}\n{"image":"b.jpg"}\n';

/** With its byte order mark. */
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('a table in UTF-16', () => {
  it.each([1, 2, 3, 7, 1000])('is read as in UTF-8, in chunks of %i bytes', async (size) => {
    const [csv, jsonl] = [shown(await readCsv(CSV)), shown(await readJsonl(JSONL))];
    expect([csv.length, jsonl.length]).toEqual([2, 2]);
    for (const encode of [utf16, (text: string) => utf16(text).swap16()]) {
      expect(shown(await readCsv(encode(CSV), size))).toEqual(csv);
      expect(shown(await readJsonl(encode(JSONL), size))).toEqual(jsonl);
    }
  });

  it('has U+FFFD for what is no character', async () => {
    const bytes = Buffer.concat([
      utf16('image,caption\na.jpg,'),
      Buffer.from([0x3d, 0xd8]),
      utf16('\n'),
    ]);
    expect(shown(await readCsv(bytes)).flat()).toContain('\ufffd\ufeff');
    const odd = Buffer.concat([utf16('image,caption\na.jpg,x'), Buffer.from([0x3d])]);
    expect(shown(await readCsv(odd))).toEqual([[2, 'a.jpg', 'x\ufffd']]);
  });
});

it('a byte that could begin a byte order mark, and does not, is what it is', async () => {
  for (const bytes of [[0xff], [0xff, 0x0a]]) {
    const lines = [];
    for await (const batch of readLines(chunksOf(Uint8Array.from(bytes), 1))) lines.push(...batch);
    expect(lines).toMatchObject([{ text: '\ufffd', problem: 'not valid UTF-8' }]);
  }
});
