import { describe, expect, it } from 'vitest';
import { TestRandom } from './random.js';
import { bytesOf, readJsonl, shown } from './read.js';

describe('JSONL', () => {
  it('reads one object per line, with its own keys', async () => {
    const rows = await readJsonl('{"image":"a.jpg","labels":["1",2]}\r\n\n{"image":7,"x":null}');
    expect(rows.map((row) => [row.line, Object.fromEntries(row.cells)])).toEqual([
      [1, { image: 'a.jpg', labels: ['1', 2] }],
      [3, { image: 7, x: null }],
    ]);
  });

  it.each([
    ['{"image":"a.jpg"', 'not valid JSON'],
    ['{image:1}', 'not valid JSON'],
    ['{} {}', 'not valid JSON'],
    ['[1,2]', 'expected an object but found a list'],
    ['"a.jpg"', 'expected an object but found text'],
    ['7', 'expected an object but found a number'],
    ['null', 'expected an object but found nothing'],
    ['true', 'expected an object but found true or false'],
    [`{"a":${'['.repeat(40)}${']'.repeat(40)}}`, 'nested more than 32 levels deep'],
    [`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'nested more than 32 levels deep'],
    [`{"a":"${'x'.repeat(1024 * 1024)}"}`, 'the line is longer than 1 MiB'],
    ['{"a":"\0"}', 'a NUL character'],
  ])('rejects %.40s and reads on', async (line, reason) => {
    const rows = shown(await readJsonl(`{"a":"x"}\n${line}\n{"a":"y"}\n`, 65_536));
    expect(rows).toEqual([
      [1, 'x'],
      [2, { rejected: reason }],
      [3, 'y'],
    ]);
  });

  it('rejects invalid UTF-8, drops a byte order mark', async () => {
    const bytes = bytesOf('\ufeff{"a":"x"}\n{"a":"?"}\n').map((b) => (b === 0x3f ? 0xc0 : b));
    expect(shown(await readJsonl(bytes))).toEqual([
      [1, 'x'],
      [2, { rejected: 'not valid UTF-8' }],
    ]);
  });

  it('takes __proto__ for a name like any other', async () => {
    const [row] = await readJsonl('{"__proto__":{"admin":true},"constructor":1}');
    expect([...row!.cells]).toEqual([
      ['__proto__', { admin: true }],
      ['constructor', 1],
    ]);
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });

  it('accounts for every line of 2,000 spoiled tables', async () => {
    for (let seed = 0; seed < 2_000; seed++) {
      const random = new TestRandom(seed);
      const lines = random.list(8, (i) =>
        JSON.stringify({ image: `${i}.jpg`, labels: [i], __proto__: {} }),
      );
      const bytes = bytesOf(lines.join('\n'));
      for (let n = random.below(6); n > 0; n--)
        bytes[random.below(bytes.length)] = random.below(256);
      const rows = await readJsonl(bytes, 1 + random.below(64));
      const text = new TextDecoder().decode(bytes);
      const wanted = text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [i + 1]));
      expect(
        rows.map((row) => row.line),
        `seed ${seed}`,
      ).toEqual(wanted);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
