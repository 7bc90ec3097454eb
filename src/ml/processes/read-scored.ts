import { readFloat32Rows } from '../data/float32-rows.js';
import { allRows } from '../data/rows.js';
import { denseTargets } from '../data/sparse-targets.js';
import type { ScoredSplit } from './statistics.methods.js';

/** A split's scores and targets, both `[N, L]`, in memory. */
export async function readScored(
  path: string,
  numLabels: number,
  { start, labelSets }: ScoredSplit,
): Promise<{ scores: Float32Array; targets: Uint8Array }> {
  const samples = labelSets.offsets.length - 1;
  const scores = await readScores(path, { samples, numLabels, start });
  return { scores, targets: denseTargets(labelSets, numLabels, allRows(samples)) };
}

/** A split's scores `[samples, numLabels]` from byte `start` of their file on, in memory. */
export async function readScores(
  path: string,
  place: { samples: number; numLabels: number; start: number },
): Promise<Float32Array> {
  const scores = new Float32Array(place.samples * place.numLabels);
  let at = 0;
  for await (const part of readFloat32Rows(path, place)) {
    scores.set(part, at);
    at += part.length;
  }
  return scores;
}
