import { expect, test } from 'vitest';
import { flatConfig } from '../../../web/src/parts/flat-config.js';
import { matrixOf, matrixOption } from '../../../web/src/parts/matrix-option.js';

test('figures are white on dark cells and black on light ones', () => {
  const measured = [0.1, 0.5, 0.9].map((value, i) => ({
    config: { head: { kind: 'MLP' }, fusion: { kind: `FUSION_${i}` } },
    value,
  }));
  const [series] = matrixOption(matrixOf(measured), 'cells').series as [
    { data: { label: { color: string } }[] },
  ];
  expect(series.data.map(({ label }) => label.color)).toEqual(['#000', '#000', '#fff']);
});

test('a configuration names its choices in words, and leaves numbers and names as they are', () => {
  const config = { fusion: { kind: 'IMAGE_ONLY', width: null }, batchSize: 32, note: 'IMAGE only' };
  expect([...flatConfig(config)]).toEqual([
    ['fusion.kind', 'Image only'],
    ['batchSize', '32'],
    ['note', 'IMAGE only'],
  ]);
});
