import { evaluateAt, fitOperatingPoint } from '../metrics/operating-point.js';
import { readScored } from './read-scored.js';
import type { FittedPoint, PointToFit } from './statistics.methods.js';

/** An operating point, fitted on VALIDATION and measured on TEST. */
export async function fitPoint(payload: PointToFit): Promise<FittedPoint> {
  const { path, numLabels, settings } = payload;
  const validation = await readScored(path, numLabels, payload.validation);
  const fitted = fitOperatingPoint(settings, validation.scores, validation.targets, numLabels);
  const { scores, targets } = await readScored(path, numLabels, payload.test);
  const metrics = scores.length === 0 ? null : evaluateAt(fitted.point, scores, targets, numLabels);
  return { ...fitted, metrics };
}
