import { expect, test } from 'vitest';
import { figuresAtEdges } from '../../../web/src/pages/run/threshold-figures.ts';

test('figures at the edges of bins are those of counting the samples', () => {
  let state = 7;
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const samples = Array.from({ length: 500 }, () => {
    const score = random();
    return { score, positive: random() < score };
  });
  const bins = Array.from({ length: 15 }, (_, at) => {
    const [from, to] = [at / 15, (at + 1) / 15];
    const inside = samples.filter(({ score }) => score > from && score <= to);
    const positives = inside.filter(({ positive }) => positive).length;
    return { from, to, count: inside.length, positiveShare: positives / inside.length };
  });
  for (const { threshold, precision, recall, f1 } of figuresAtEdges(bins)) {
    const predicted = samples.filter(({ score }) => score > threshold);
    const hits = predicted.filter(({ positive }) => positive).length;
    const support = samples.filter(({ positive }) => positive).length;
    expect(precision).toBeCloseTo(hits / predicted.length);
    expect(recall).toBeCloseTo(hits / support);
    expect(f1).toBeCloseTo((2 * hits) / (predicted.length + support));
  }
});

test('a label that nobody carries and nothing predicts has no precision and no recall', () => {
  expect(figuresAtEdges([{ from: 0, to: 1, count: 0, positiveShare: null }])).toEqual([
    { threshold: 0, precision: null, recall: null, f1: 0 },
  ]);
});
