import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PredictInput } from '../../../src/services/embed-inputs.js';
import { Embedders } from '../../../src/services/embedders.js';
import { ZeroShot, type ZeroShotInput } from '../../../src/services/zero-shot.js';
import { makePng } from '../../support/png.js';
import { DataLine } from './data-line.js';
import { DIMENSION, imageVector, textVector } from './fake-encoder.js';

let line: DataLine;
let zeroShot: ZeroShot;

beforeAll(async () => {
  line = await DataLine.create();
  const { db, blobs, encoder } = line;
  const embedders = new Embedders({
    db,
    blobs,
    encoders: encoder,
    images: encoder,
    runner: encoder,
  });
  zeroShot = new ZeroShot({
    db,
    blobs,
    encoders: encoder,
    embedder: (wanted) => embedders.embedder(wanted),
    knownVectors: (wanted, modality, contents) => embedders.known(wanted, modality, contents),
    uploadPath: async () => {
      throw new Error('there are no uploads');
    },
  });
});
afterAll(() => line.close());

const textInput = (text: string): PredictInput => ({ key: text, text, image: null });
const score = (input: Pick<ZeroShotInput, 'labels' | 'inputs'>) =>
  zeroShot.score({ encoderId: 'test/fake', precision: 'FP32', ...input });

const unit = (vector: number[]) => vector.map((value) => value / Math.hypot(...vector));
const mean = (vectors: Float32Array[]) =>
  unit(Array.from({ length: DIMENSION }, (_, d) => vectors.reduce((sum, v) => sum + v[d]!, 0)));
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, d) => sum + value * b[d]!, 0);

const PROMPTS = ['a {} here', 'many {}s', 'the {}.'];
const LABELS = [
  { name: 'cat', prompts: PROMPTS },
  { name: 'dog', prompts: ['{}'] },
  { name: 'bus', prompts: PROMPTS },
];
const textOf = ({ prompts }: { prompts: string[] }, name: string) =>
  mean(prompts.map((prompt) => textVector(prompt.replace('{}', name))));

describe('zero-shot scores', () => {
  it('are by the mean of the prompts: a softmax over the labels, and each against the same prompts of something', async () => {
    const bytes = Buffer.from(makePng(1));
    const inputs = [
      textInput('two cats'),
      { key: null, text: null, image: { bytes } },
      { key: 'both', text: 'two cats', image: { bytes } },
    ];
    const contents = [
      textVector('two cats'),
      imageVector(bytes),
      mean([textVector('two cats'), imageVector(bytes)]),
    ];
    const results = await score({ labels: LABELS, inputs });
    expect(results.map(({ key }) => key)).toEqual(['two cats', null, 'both']);
    results.forEach(({ scores }, row) => {
      const cosines = LABELS.map((label) => dot(contents[row]!, textOf(label, label.name)));
      const powers = cosines.map((cosine) => Math.exp(100 * cosine));
      const sum = powers.reduce((total, power) => total + power, 0);
      LABELS.forEach((label, l) => {
        const { name, similarity, share, relevance } = scores[l]!;
        expect(name).toBe(label.name);
        expect(similarity).toBeCloseTo(cosines[l]!, 6);
        expect(share).toBeCloseTo(powers[l]! / sum, 4);
        const anything = dot(contents[row]!, textOf(label, 'something'));
        expect(relevance).toBeCloseTo(1 / (1 + Math.exp(-100 * (cosines[l]! - anything))), 4);
      });
    });
  });

  it("have a label's relevance whatever the other labels are, and shares that add up to 1", async () => {
    const inputs = [textInput('a street')];
    const [all] = await score({ labels: LABELS, inputs });
    const [alone] = await score({ labels: LABELS.slice(2), inputs });
    expect(alone!.scores[0]!.relevance).toBe(all!.scores[2]!.relevance);
    expect(alone!.scores[0]!.share).toBe(1);
    expect(all!.scores.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('embed the labels once', async () => {
    const labels = [{ name: 'tree' }];
    await score({ labels, inputs: [textInput('x')] });
    line.encoder.texts = [];
    await score({ labels, inputs: [textInput('y')] });
    expect(line.encoder.texts).toEqual(['y']);
  });

  it.each([
    ['no label', { labels: [] }, /1 to 500 entries for `labels`/],
    ['an empty name', { labels: [{ name: ' ' }] }, /`labels\[0\]\.name`/],
    [
      'a prompt without a place',
      { labels: [{ name: 'a', prompts: ['x'] }] },
      /`labels\[0\]\.prompts`/,
    ],
    [
      'too many prompts',
      { labels: Array.from({ length: 143 }, (_, i) => ({ name: `l${i}` })) },
      /at most 1000 prompts/,
    ],
    [
      'an empty input',
      { inputs: [{ key: null, text: '', image: null }] },
      /in `inputs\[0\]` but received neither/,
    ],
  ])('refuse %s', async (_, input, message) => {
    await expect(
      score({ labels: LABELS, inputs: [textInput('x')], ...input }),
    ).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(message),
    });
  });
});
