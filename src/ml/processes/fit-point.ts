import { allRows } from '../data/rows.js';
import { denseTargets } from '../data/sparse-targets.js';
import { evaluateAt, fitOperatingPoint } from '../metrics/operating-point.js';
import { meanScores, type Scored } from '../train/combine-runs.js';
import { findScores, type SplitScores } from '../train/scores-file.js';
import { readScores } from './read-scored.js';
import type { FittedPoint, LabelledSplit, PointToFit } from './statistics.methods.js';

/** An operating point, fitted on VALIDATION and measured on TEST. */
export async function fitPoint(payload: PointToFit): Promise<FittedPoint> {
  const { numLabels, settings } = payload;
  const validation = await readMean(payload, 'validation');
  const fitted = fitOperatingPoint(settings, validation.scores, validation.targets, numLabels);
  const { scores, targets } = await readMean(payload, 'test');
  const metrics = scores.length === 0 ? null : evaluateAt(fitted.point, scores, targets, numLabels);
  return { ...fitted, metrics };
}

/** The mean of the runs' scores on the samples of a split that all of them have: of one run its own. */
async function readMean(payload: PointToFit, split: 'validation' | 'test'): Promise<Scored> {
  const { paths, numLabels } = payload;
  const { positions, labelSets }: LabelledSplit = payload[split];
  const members: SplitScores[] = [];
  for (const path of paths) {
    const place = await findScores(path, split);
    const samples = place.positions.length;
    const scores = await readScores(path, { samples, numLabels, start: place.start });
    members.push({ positions: place.positions, scores });
  }
  const targets = denseTargets(labelSets, numLabels, allRows(positions.length));
  return meanScores(members, { positions, targets }, numLabels);
}
