import { l2NormalizeRows } from '../../../src/ml/clip/l2-normalize.js';
import { Rng } from '../../../src/ml/data/rng.js';
import type { FitData } from '../../../src/ml/train/fit-data.js';

export interface ProblemSize {
  readonly samples: number;
  readonly image: number;
  readonly text: number;
  readonly labels: number;
}

/**
 * Samples whose labels can be learnt from both modalities together: label l is on where coordinate l of image and text
 * add up to more than a little. Split 70 / 15 / 15. The labels' texts say nothing about them.
 */
export function smallProblem(size: ProblemSize, seed = 1): FitData {
  const { samples, labels } = size;
  const rng = Rng.fromSeed(seed);
  const draw = (length: number) => Float32Array.from({ length }, () => rng.uniform() - 0.5);
  const image = { data: draw(samples * size.image), dimension: size.image };
  const text = { data: draw(samples * size.text), dimension: size.text };
  const targets = new Uint8Array(samples * labels);
  for (let sample = 0; sample < samples; sample++) {
    for (let label = 0; label < labels; label++) {
      const sum = image.data[sample * size.image + label]! + text.data[sample * size.text + label]!;
      targets[sample * labels + label] = sum > 0.2 ? 1 : 0;
    }
  }
  const cut = [0, Math.floor(samples * 0.7), Math.floor(samples * 0.85), samples];
  const split = (at: number) =>
    Int32Array.from({ length: cut[at + 1]! - cut[at]! }, (_, i) => cut[at]! + i);
  const texts = Rng.fromSeed(seed + 1000);
  const labelEmbeds = Float32Array.from(
    { length: labels * size.image },
    () => texts.uniform() - 0.5,
  );
  l2NormalizeRows(labelEmbeds, size.image);
  return {
    features: { image, text },
    targets,
    numLabels: labels,
    labelEmbeds,
    train: split(0),
    validation: split(1),
    test: split(2),
  };
}
