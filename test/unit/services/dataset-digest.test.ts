import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DatasetDigest, type DigestSample } from '../../../src/services/dataset-digest.js';
import { compareCodePoints, type LabelName } from '../../../src/services/label-order.js';

const LABELS: LabelName[] = [
  { key: '2', name: 'bicycle' },
  { key: '10', name: 'dog' },
];
const IMAGE = Buffer.alloc(32, 7);
const SAMPLES: DigestSample[] = [
  { key: 'a.jpg', imageSha256: IMAGE, caption: 'a dog', labels: ['10'], split: 'TRAIN' } as const,
  { key: 'b.jpg', imageSha256: null, caption: null, labels: [], split: 'VALIDATION' } as const,
  { key: 'ü.jpg', imageSha256: IMAGE, caption: '', labels: null, split: 'TEST' } as const,
].map((sample) => ({ unknownLabels: [], ...sample }));

function digest(samples = SAMPLES, labels = LABELS): string {
  const all = new DatasetDigest(labels);
  for (const sample of samples.toSorted((a, b) => compareCodePoints(a.key, b.key))) all.add(sample);
  return all.digest().toString('hex');
}

function change(index: number, more: Partial<DigestSample>): DigestSample[] {
  return SAMPLES.map((sample, i) => (i === index ? { ...sample, ...more } : sample));
}

describe('dataset digest', () => {
  it('hashes what its description says, byte by byte', () => {
    const u32 = (value: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(value);
      return bytes;
    };
    const text = (value: string) =>
      Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(value)]);
    const absent = u32(0xffffffff);
    const bytes = Buffer.concat([
      Buffer.from('clipwright dataset 1\n'),
      u32(2),
      text('10'),
      text('dog'),
      text('2'),
      text('bicycle'),
      text('a.jpg'),
      u32(32),
      IMAGE,
      text('a dog'),
      u32(1),
      text('10'),
      Buffer.of(0),
      text('b.jpg'),
      absent,
      absent,
      u32(0),
      Buffer.of(1),
      text('ü.jpg'),
      u32(32),
      IMAGE,
      text(''),
      absent,
      Buffer.of(2),
    ]);
    expect(digest()).toBe(createHash('sha256').update(bytes).digest('hex'));
    const unknown = { key: '😀', labels: [], unknownLabels: ['2', '10'], caption: null };
    const more = Buffer.concat([
      bytes,
      text('😀'),
      absent,
      absent,
      u32(0),
      Buffer.of(3),
      u32(2),
      text('10'),
      text('2'),
      Buffer.of(0),
    ]);
    expect(digest([...SAMPLES, { ...unknown, imageSha256: null, split: 'TRAIN' }])).toBe(
      createHash('sha256').update(more).digest('hex'),
    );
  });

  it('depends neither on the order of rows nor on that of labels', () => {
    expect(digest(SAMPLES.toReversed(), LABELS.toReversed())).toBe(digest());
    expect(digest(change(0, { labels: ['10', '2'] }))).toBe(
      digest(change(0, { labels: ['2', '10'] })),
    );
  });

  it('changes with everything that it covers', () => {
    const others = [
      digest(change(0, { key: 'c.jpg' })),
      digest(change(0, { imageSha256: Buffer.alloc(32, 8) })),
      digest(change(0, { imageSha256: null })),
      digest(change(0, { caption: 'a dog ' })),
      digest(change(0, { caption: null })),
      digest(change(1, { caption: '' })),
      digest(change(0, { labels: null })),
      digest(change(0, { labels: [] })),
      digest(change(0, { labels: ['2', '10'] })),
      digest(change(0, { unknownLabels: ['2'] })),
      digest(change(0, { split: 'TEST' })),
      digest(SAMPLES.slice(1)),
      digest(SAMPLES, [LABELS[0]!]),
      digest(SAMPLES, [LABELS[0]!, { key: '10', name: 'cat' }]),
    ];
    expect(new Set([...others, digest()]).size).toBe(others.length + 1);
  });

  it('cannot be fooled by moving text from one field to the next', () => {
    const one = digest(change(0, { labels: ['1', '23'] }));
    expect(digest(change(0, { labels: ['12', '3'] }))).not.toBe(one);
  });

  it('refuses samples out of order, code points deciding and not UTF-16 units', () => {
    const all = new DatasetDigest([]);
    all.add({ ...SAMPLES[0]!, key: '\uffee' });
    all.add({ ...SAMPLES[0]!, key: '\u{1f600}' });
    expect(() => all.add({ ...SAMPLES[0]!, key: '\u{1f600}' })).toThrow('order');
    expect(() => all.add({ ...SAMPLES[0]!, key: 'a' })).toThrow('order');
  });
});
