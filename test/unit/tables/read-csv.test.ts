import { describe, expect, it } from 'vitest';
import { openCsv } from '../../../src/tables/read-csv.js';
import { bytesOf, chunksOf, readAll, readCsv, shown } from './read.js';

const H = 'image,labels,caption\n';
const NEXT = 'b.jpg,2,"A cat."\nc.jpg,3,"A dog."\n';
const REST = [
  ['b.jpg', '2', 'A cat.'],
  ['c.jpg', '3', 'A dog.'],
];
/** What is read of a record that stands between the header and two sound ones. */
const between = async (record: string) => {
  const rows = shown(await readCsv(`${H}${record}\n${NEXT}`));
  expect(rows.slice(-2).map(([, ...cells]) => cells)).toEqual(REST);
  return rows.slice(0, -2).map(([, ...cells]) => cells);
};

describe('CSV to the letter of RFC 4180', () => {
  it.each([
    ['plain cells', 'a.jpg,1 3,A man', ['a.jpg', '1 3', 'A man']],
    ['quoted cells', '"a.jpg","1 3","A man"', ['a.jpg', '1 3', 'A man']],
    ['empty cells', 'a.jpg,,', ['a.jpg', '', '']],
    ['empty quoted cells', 'a.jpg,"",""', ['a.jpg', '', '']],
    ['delimiters inside quotes', 'a.jpg,1,"one, two; three"', ['a.jpg', '1', 'one, two; three']],
    ['doubled quotes', 'a.jpg,1,"a ""b"" c"', ['a.jpg', '1', 'a "b" c']],
    ['a doubled quote at the end', 'a.jpg,1,"reads ""stop"""', ['a.jpg', '1', 'reads "stop"']],
    ['a doubled quote at the beginning', 'a.jpg,1,"""stop"" it"', ['a.jpg', '1', '"stop" it']],
    ['nothing but doubled quotes', 'a.jpg,1,""""""', ['a.jpg', '1', '""']],
    ['a doubled quote before a delimiter', 'a.jpg,"""x"", y",z', ['a.jpg', '"x", y', 'z']],
    [
      'line breaks inside quotes',
      'a.jpg,1,"one\ntwo\r\n\nthree"',
      ['a.jpg', '1', 'one\ntwo\r\n\nthree'],
    ],
    [
      'what looks like records',
      'a.jpg,1,"x\nd.jpg,4,y\ne.jpg,5,z"',
      ['a.jpg', '1', 'x\nd.jpg,4,y\ne.jpg,5,z'],
    ],
    ['blanks as they stand', ' a.jpg ,1, A man ', [' a.jpg ', '1', ' A man ']],
  ])('%s', async (_, record, cells) => {
    expect(await between(record)).toEqual([cells]);
  });
});

describe('broken quoting that a person can read', () => {
  it.each([
    ['an unescaped word in quotes', 'a.jpg,1,"A "blue" sign"', 'A "blue" sign'],
    ['one at the end', 'a.jpg,1,"It reads "spray.""', 'It reads "spray."'],
    ['one at the beginning', 'a.jpg,1,""Stop" it says"', '"Stop" it says'],
    ['nothing else', 'a.jpg,1,""Stop""', '"Stop"'],
    [
      'a comma before the inner quote',
      'a.jpg,1,"Labeled "Way," with red"',
      'Labeled "Way," with red',
    ],
    [
      'a comma after the inner quote',
      'a.jpg,1,"He said "yes", and left"',
      'He said "yes", and left',
    ],
    ['commas after several', 'a.jpg,1,""A", "B", and "C""', '"A", "B", and "C"'],
    ['blanks inside the inner quotes', 'a.jpg,1,"a " b "."', 'a " b ".'],
    [
      'a line break as well',
      'a.jpg,1,"reads "one"\nand "two" below"',
      'reads "one"\nand "two" below',
    ],
    ['a line break, with commas below', 'a.jpg,1,"a "b"\nc, d, e"', 'a "b"\nc, d, e'],
    [
      'an odd number of quotes over two lines',
      'a.jpg,1,"the "x"\nand a 6" nail"',
      'the "x"\nand a 6" nail',
    ],
    ['doubled quotes beside bare ones', 'a.jpg,1,"a ""b"" and "c" d"', 'a "b" and "c" d'],
    ['inches', 'a.jpg,1,"a 6" nail"', 'a 6" nail'],
    ['inches without quotes around', 'a.jpg,1,a 6" nail', 'a 6" nail'],
    ['quotes in a cell without quotes', 'a.jpg,1,the "x"', 'the "x"'],
    ['a cell that begins with a quoted word', 'a.jpg,1,"Stop" sign', '"Stop" sign'],
    ['a blank before the opening quote', 'a.jpg,1, "a, b"', 'a, b'],
    ['a blank after the closing quote', 'a.jpg,1,"a, b" ', 'a, b'],
    ['a quote and nothing else', 'a.jpg,1,"""', '"'],
  ])('%s', async (_, record, caption) => {
    expect(await between(record)).toEqual([['a.jpg', '1', caption]]);
  });

  it('also in a column that is not the last', async () => {
    expect(await between('a.jpg,"He said "yes", and left",x')).toEqual([
      ['a.jpg', 'He said "yes", and left', 'x'],
    ]);
    expect(await between('""A", b","c "d"",e')).toEqual([['"A", b', 'c "d"', 'e']]);
  });

  it('also in the last record, and with CRLF', async () => {
    const table = `${H}a.jpg,1,"the "x""\nb.jpg,2,"reads "y.""`;
    const cells = [
      [2, 'a.jpg', '1', 'the "x"'],
      [3, 'b.jpg', '2', 'reads "y."'],
    ];
    expect(shown(await readCsv(table))).toEqual(cells);
    expect(shown(await readCsv(table.replaceAll('\n', '\r\n')))).toEqual(cells);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['too many cells', 'a.jpg,1,x,y', 'expected 3 cells but found 4'],
    ['too many quoted cells', 'a.jpg,1,"x","y"', 'expected 3 cells but found 4'],
    ['too few cells', 'a.jpg,1', 'expected 3 cells but found 2'],
    ['one cell', 'a.jpg', 'expected 3 cells but found 1'],
    ['a quote that never closes', 'a.jpg,1,"x', 'broken quoting'],
    ['one that never closes after others', 'a.jpg,1,"x "y" z', 'broken quoting'],
    ['broken quotes and too few cells', 'a.jpg,"x "y" z"', 'broken quoting'],
  ])('%s is one rejected row, and the next is read', async (_, record, reason) => {
    const [rejected, ...others] = await between(record);
    expect(others).toEqual([]);
    expect(rejected).toEqual([{ rejected: expect.stringContaining(reason) }]);
  });

  it('is said with the line where the record begins', async () => {
    const rows = await readCsv(`${H}a.jpg,1,"one\ntwo"\n\nb.jpg,2\nc.jpg,3,"x "y" z\nd.jpg,4,z\n`);
    expect(rows.map((row) => [row.line, row.kind])).toEqual([
      [2, 'row'],
      [5, 'rejected'],
      [6, 'rejected'],
      [7, 'row'],
    ]);
  });

  it('keeps the cells that could be made out', async () => {
    const [row] = await readCsv(`${H}a.jpg,1,"x\n`);
    expect(Object.fromEntries(row!.cells)).toEqual({ image: 'a.jpg', labels: '1' });
  });

  it('a quote left open swallows no record, near the beginning or later', async () => {
    const sound = (i: number) => `${i}.jpg,1,"Photo ${i}, with a ""sign"""`;
    for (let broken = 0; broken < 8; broken++) {
      const lines = Array.from({ length: 8 }, (_, i) =>
        i === broken ? `${i}.jpg,1,"never closed` : sound(i),
      );
      const rows = await readCsv(`${H}${lines.join('\n')}\n`);
      expect(rows.filter((row) => row.kind === 'row')).toHaveLength(7);
      expect(rows.find((row) => row.kind === 'rejected')?.line).toBe(broken + 2);
    }
  });

  it('two bad rows in a row are two rejections', async () => {
    const sound = Array.from({ length: 4 }, (_, i) => `${i}.jpg,1,"x"`).join('\n');
    const rows = await readCsv(`${H}${sound}\n8.jpg,1,"open\n9.jpg,1\n7.jpg,1,"y"\n`);
    expect(shown(rows).slice(4)).toEqual([
      [6, { rejected: 'broken quoting: a quote that is never closed' }],
      [7, { rejected: 'expected 3 cells but found 2' }],
      [8, '7.jpg', '1', 'y'],
    ]);
  });
});

describe('the file around the records', () => {
  it.each([
    [',', 'image,labels\na,1'],
    [';', 'image;labels\na;1'],
    ['tab', 'image\tlabels\na\t1'],
    ['; with commas in a name', 'image;"labels, all"\na;1'],
  ])('guesses the delimiter from the header: %s', async (_, table) => {
    expect(shown(await readCsv(table))).toEqual([[2, 'a', '1']]);
  });

  it('drops a byte order mark and reads CRLF', async () => {
    const table = await openCsv(chunksOf(bytesOf('\ufeffimage,caption\r\na,"x\r\ny"\r\n'), 1));
    expect(table.header).toEqual(['image', 'caption']);
    expect(shown(await readAll(table))).toEqual([[2, 'a', 'x\r\ny']]);
  });

  it('gives every column a name of its own', async () => {
    const names = async (header: string) => (await openCsv(chunksOf(bytesOf(header), 99))).header;
    expect(await names(' a ,,a,"b ""c""",a (2)\n')).toEqual([
      'a',
      'column 2',
      'a (2)',
      'b "c"',
      'a (2) (2)',
    ]);
    expect(await names('"two\nlines",b\n1,2\n')).toEqual(['two\nlines', 'b']);
    expect(await names('"broken,b\n')).toEqual(['broken', 'b']);
    expect(await names('')).toEqual([]);
  });

  it('skips blank lines, reads a table of one column and a last line without its end', async () => {
    expect(shown(await readCsv('\n\nimage\na\n\n""\n  \nb'))).toEqual([
      [4, 'a'],
      [6, ''],
      [8, 'b'],
    ]);
  });

  it('rejects invalid UTF-8 and NUL where they stand, over several lines too', async () => {
    const bytes = bytesOf(
      `${H}a.jpg,1,x\nb.jpg,2,"?\ny"\nc.jpg,3,"u\nv ?"\nd.jpg,4,\0\ne.jpg,5,z\n`,
    );
    const spoiled = bytes.map((byte) => (byte === 0x3f ? 0xff : byte));
    expect(shown(await readCsv(spoiled))).toEqual([
      [2, 'a.jpg', '1', 'x'],
      [3, { rejected: 'not valid UTF-8' }],
      [5, { rejected: 'not valid UTF-8' }],
      [7, { rejected: 'a NUL character' }],
      [8, 'e.jpg', '5', 'z'],
    ]);
  });

  it('reads characters that are parted by a chunk', async () => {
    const rows = await readCsv('image,caption\nä.jpg,"日本 🚲 ""é"""\n', 1);
    expect(shown(rows)).toEqual([[2, 'ä.jpg', '日本 🚲 "é"']]);
  });

  it('rejects a line or a record above 1 MiB and reads on', async () => {
    const long = 'x'.repeat(1024 * 1024);
    const open = `f.jpg,1,"${`${'y'.repeat(1000)}\n`.repeat(1100)}`;
    const rows = await readCsv(
      `${H}a.jpg,1,x\nb.jpg,1,x\nc.jpg,1,x\nd.jpg,1,${long}\ne.jpg,1,x\n${open}g.jpg,1,x\n`,
      65_536,
    );
    expect(rows[3]).toMatchObject({
      kind: 'rejected',
      line: 5,
      reason: 'the line is longer than 1 MiB',
    });
    expect(shown(rows).at(4)).toEqual([6, 'e.jpg', '1', 'x']);
    expect(rows[5]).toMatchObject({ kind: 'rejected', line: 7 });
    expect(shown(rows).at(-1)).toEqual([1107, 'g.jpg', '1', 'x']);
  });

  it('refuses more columns than any table has', async () => {
    await expect(readCsv(`${'a,'.repeat(10_001)}a\n`, 65_536)).rejects.toThrow('10000 columns');
  });

  it('closes its source when the reader stops early, or never begins', async () => {
    let closed = 0;
    async function* source() {
      try {
        for (;;) yield bytesOf(`${H}${NEXT}`);
      } finally {
        closed++;
      }
    }
    for await (const row of (await openCsv(source())).rows) {
      expect(row.kind).toBe('row');
      break;
    }
    expect(closed).toBe(1);
    await (await openCsv(source())).close();
    expect(closed).toBe(2);
  });

  it('holds a few rows at a time, however many there are', async () => {
    let ahead = 0;
    async function* source() {
      yield bytesOf(H);
      for (let i = 0; i < 20_000; i++) {
        ahead++;
        yield bytesOf(`${i}.jpg,1,"${i % 100 === 0 ? 'the "x"' : 'x'}"\n`);
      }
    }
    let read = 0;
    for await (const row of (await openCsv(source())).rows) {
      expect(row.kind).toBe('row');
      read++;
      expect(ahead - read).toBeLessThan(60);
    }
    expect(read).toBe(20_000);
  });
});
