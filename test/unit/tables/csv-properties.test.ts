import { describe, expect, it } from 'vitest';
import { openCsv } from '../../../src/tables/read-csv.js';
import type { TableRow } from '../../../src/tables/table-row.js';
import { TestRandom } from './random.js';
import { bytesOf, chunksOf, readAll, readCsv, shown } from './read.js';

/** Pieces that cells are made of: whatever could mislead a reader of CSV. */
const PIECES = [
  'a',
  'b c',
  ' ',
  '"',
  '""',
  '","',
  '",',
  ',"',
  ',',
  ';',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '"\n',
  '\n"',
  '.jpg',
  '12.jpg,1,x',
  '\n7.jpg,2,"y"\n',
  'ä',
  '日',
  '🚲',
  '[]',
  "'",
  '1 3',
  '\ufeff',
  '',
];

function randomCell(random: TestRandom): string {
  return random.list(random.below(5), () => random.pick(PIECES)).join('');
}

/** As RFC 4180 wants it: quoted where it must be, or where `isEager`. */
function written(cell: string, delimiter: string, isEager: boolean): string {
  const must = cell.includes(delimiter) || /["\r\n]/.test(cell) || cell.trim() === '';
  return must || isEager ? `"${cell.replaceAll('"', '""')}"` : cell;
}

describe('files written to RFC 4180', () => {
  it('read back exactly, 1,500 of them with cells that look like quoting and records', async () => {
    for (let seed = 0; seed < 1_500; seed++) {
      const random = new TestRandom(seed);
      const columns = 1 + random.below(5);
      const delimiter = columns === 1 ? ',' : random.pick([',', ';', '\t']);
      const end = random.pick(['\n', '\r\n']);
      const isEager = random.below(2) === 1;
      const header = random.list(columns, (i) => `column${i}`);
      const rows = random.list(random.below(12), () =>
        random.list(columns, () => randomCell(random)),
      );
      const text = [
        header.join(delimiter),
        ...rows.map((row) => row.map((cell) => written(cell, delimiter, isEager)).join(delimiter)),
      ].join(end);
      const bytes = bytesOf(random.below(2) === 1 ? text + end : text);
      const table = await openCsv(chunksOf(bytes, 1 + random.below(40)));
      const read = await readAll(table);
      expect(table.header, `seed ${seed}`).toEqual(header);
      expect(
        read.map((row) => (row.kind === 'row' ? [...row.cells.values()] : row.reason)),
        `seed ${seed}`,
      ).toEqual(rows);
    }
  });
});

/** Captions as people write them, with pairs of quotes around words, commas and line breaks. */
function caption(random: TestRandom): string {
  const words = random.list(1 + random.below(6), () => {
    const word = random.pick(['a', 'man', 'red', 'street sign', 'St.', '7', "it's"]);
    const mark = random.pick(['', '', ',', '.', ' ,', '!']);
    return random.pick([`${word}${mark}`, `"${word}${mark}"`, `"${word}"${mark}`, `" ${word} "`]);
  });
  return words.reduce(
    (text, word) => text + random.pick([' ', ' ', ' ', ' ', ', ', ', ', '\n']) + word,
  );
}

const DATA = { image: '.jpg', labels: '1 3' };
function photoRow(random: TestRandom, i: number): string[] {
  return [`${i}${DATA.image}`, random.pick(['', '1', DATA.labels]), caption(random)];
}

describe('captions whose quotes nobody escaped', () => {
  it('read as they were written where they are the last column, 500 tables of them', async () => {
    for (let seed = 0; seed < 2_000; seed++) {
      const random = new TestRandom(seed);
      const rows = random.list(20, (i) => photoRow(random, i));
      const text = rows.map(([image, labels, text]) => `${image},${labels},"${text}"\n`).join('');
      const read = await readCsv(`ImageID,Labels,Caption\n${text}`, 50);
      const cells = read.map((row) => (row.kind === 'row' ? [...row.cells.values()] : row.reason));
      expect(cells, `seed ${seed}`).toEqual(rows);
    }
  });

  it.each([
    ['in the middle', ['ImageID', 'Caption', 'Labels']],
    ['the first column', ['Caption', 'Labels', 'ImageID']],
  ])('read as they were written %s, where no line break is among them', async (_, order) => {
    for (let seed = 0; seed < 500; seed++) {
      const random = new TestRandom(seed);
      const rows = random.list(20, (i) => photoRow(random, i).map((c) => c.replaceAll('\n', ' ')));
      const lines = rows.map(([ImageID, Labels, text]) => {
        const cells: Record<string, string> = {
          ImageID: ImageID!,
          Labels: Labels!,
          Caption: `"${text}"`,
        };
        return order.map((name) => cells[name]).join(',');
      });
      const read = await readCsv(`${order}\n${lines.join('\n')}`, 50);
      const cells = read.map((row) =>
        row.kind === 'row'
          ? ['ImageID', 'Labels', 'Caption'].map((c) => row.cells.get(c))
          : row.reason,
      );
      expect(cells, `seed ${seed}`).toEqual(rows);
    }
  });
});

/** Ways to spoil a text without touching its line breaks, or with. */
const SIGNS = ['"', '""', ',', ',"', '",', 'x', ' ', '\\', '\u0000', '\ud800', ';', '__proto__'];
function spoiled(random: TestRandom, text: string, signs: readonly string[]): string {
  const at = random.below(text.length + 1);
  return random.below(2) === 1
    ? text.slice(0, at) + random.pick(signs) + text.slice(at)
    : text.slice(0, at) + text.slice(at + 1 + random.below(3));
}

describe('spoiled tables', () => {
  it('lose at most the spoiled record, 2,000 times', async () => {
    for (let seed = 0; seed < 2_000; seed++) {
      const random = new TestRandom(seed);
      const rows = random.list(12, (i) => {
        const [image, labels, text] = photoRow(random, i + 10);
        const isEscaped = random.below(2) === 1;
        return `${image},${labels},"${isEscaped ? text!.replaceAll('"', '""') : text!.replaceAll('\n', ' ')}"`;
      });
      const sound = await readCsv(`ImageID,Labels,Caption\n${rows.join('\n')}\n`, 200);
      const victim = random.below(rows.length);
      const lines = rows[victim]!.split('\n');
      lines[lines.length - 1] = spoiled(random, lines.at(-1)!, SIGNS);
      const bad = rows.with(victim, lines.join('\n'));
      const read = await readCsv(`ImageID,Labels,Caption\n${bad.join('\n')}\n`, 200);
      const others = (all: TableRow[]) =>
        shown(all.filter((row) => row.cells.get('ImageID') !== `${victim + 10}.jpg`));
      const kept = new Set(others(read).map((row) => JSON.stringify(row.slice(1))));
      for (const row of others(sound)) {
        expect(kept.has(JSON.stringify(row.slice(1))), `seed ${seed}: ${row}`).toBe(true);
      }
    }
  });

  it('account for every record, throw nothing and touch no prototype, 2,000 times', async () => {
    for (let seed = 0; seed < 2_000; seed++) {
      const random = new TestRandom(seed);
      let text = random
        .list(10, (i) => photoRow(random, i))
        .map(([a, b, c]) => `${a},${b},"${c}"`)
        .join('\n');
      for (let n = random.below(8); n >= 0; n--)
        text = spoiled(random, text, [...SIGNS, '\n', '\r\n']);
      const bytes = bytesOf(`ImageID,Labels,__proto__\n${text}`);
      for (let n = random.below(3); n > 0; n--) {
        bytes[25 + random.below(bytes.length - 25)] = random.below(256);
      }
      const rows = await readCsv(bytes, 1 + random.below(100));
      let last = 1;
      for (const row of rows) {
        expect(row.line).toBeGreaterThan(last);
        last = row.line;
        if (row.kind === 'row')
          expect([...row.cells.keys()]).toEqual(['ImageID', 'Labels', '__proto__']);
        else expect(row.reason).not.toBe('');
      }
      expect(rows.length).toBeGreaterThan(0);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
