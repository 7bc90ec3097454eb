import { readFloat32Rows } from '../data/float32-rows.js';
import { labelCuts } from '../metrics/label-cuts.js';
import { rank } from '../metrics/ranking.js';
import type { CutLabel, LabelToCut } from './statistics.methods.js';

/** One label's column out of a split's scores, in one pass over their file, and what each threshold makes of it. */
export async function cutLabel(payload: LabelToCut): Promise<CutLabel> {
  const { path, start, numLabels, label, targets, threshold, limit } = payload;
  const scores = new Float32Array(targets.length);
  let sample = 0;
  const place = { samples: targets.length, numLabels, start };
  for await (const rows of readFloat32Rows(path, place)) {
    for (let at = label; at < rows.length; at += numLabels) scores[sample++] = rows[at]!;
  }
  const ranking = rank(scores, targets, 1, 0);
  const support = ranking.positives.length;
  return {
    support,
    numSamples: support + ranking.negatives.length,
    cuts: labelCuts(ranking, threshold, limit),
  };
}
