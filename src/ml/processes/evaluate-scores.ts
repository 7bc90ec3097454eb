import { readFloat32Rows } from '../data/float32-rows.js';
import { evaluateRun } from '../metrics/evaluate-run.js';
import { evaluateStreamed } from '../metrics/evaluate-streamed.js';
import { MAX_SCORES } from '../metrics/score-limit.js';
import { readScored } from './read-scored.js';
import type { EvaluatedScores, ScoresToEvaluate } from './statistics.methods.js';

/** Every figure of a split; where its scores are more than `maxScores`, what takes one pass over them. */
export async function evaluateScores(
  payload: ScoresToEvaluate,
  maxScores = MAX_SCORES,
): Promise<EvaluatedScores> {
  const { path, start, numLabels, labelSets, options } = payload;
  const samples = labelSets.offsets.length - 1;
  const rows = () => readFloat32Rows(path, { samples, numLabels, start });
  const thresholds = Float64Array.from(payload.thresholds);
  if (samples * numLabels > maxScores) {
    const { metrics } = await evaluateStreamed({ numLabels, labelSets, rows }, thresholds);
    return { metrics, full: null };
  }
  const { scores, targets } = await readScored(path, numLabels, { start, labelSets });
  const { trainSupport } = payload;
  const full = evaluateRun(scores, targets, numLabels, thresholds, trainSupport, options);
  return { metrics: full, full };
}
