import { perLabelThresholds } from './scored.js';

/** A run's scores `[N, L]` and its thresholds, `[L]`. */
export interface ScoredRun {
  readonly scores: Float32Array;
  readonly thresholds: Float64Array;
}

/** A sample on which two cells decide differently, by its row, with the labels on which `a` alone, and `b` alone, is right. */
export interface FlippedSample {
  readonly row: number;
  readonly gained: number[];
  readonly lost: number[];
}

export interface DecisionFlips {
  /** decisions, one per sample and label, that `a` alone, and `b` alone, has right */
  readonly gained: number;
  readonly lost: number;
  /** samples with at least one of them */
  readonly numSamples: number;
  /** those with the most, the first of equals */
  readonly samples: FlippedSample[];
}

/**
 * Where the decisions of `a` and `b` differ. Each is the runs of a cell, and decides for a label where at least half of its
 * runs do. Of two decisions that differ one is right.
 * @param targets [N, L]
 * @param maxSamples of `samples`
 */
export function decisionFlips(
  a: readonly ScoredRun[],
  b: readonly ScoredRun[],
  targets: Uint8Array,
  numLabels: number,
  maxSamples: number,
): DecisionFlips {
  const [decidedA, decidedB] = [decisions(a, numLabels), decisions(b, numLabels)];
  const samples: FlippedSample[] = [];
  let [gained, lost] = [0, 0];
  for (let row = 0; row < targets.length / numLabels; row++) {
    const flipped: FlippedSample = { row, gained: [], lost: [] };
    for (let label = 0, at = row * numLabels; label < numLabels; label++, at++) {
      if (decidedA[at] === decidedB[at]) continue;
      (decidedA[at] === targets[at] ? flipped.gained : flipped.lost).push(label);
    }
    gained += flipped.gained.length;
    lost += flipped.lost.length;
    if (flipped.gained.length + flipped.lost.length > 0) samples.push(flipped);
  }
  const size = (sample: FlippedSample) => sample.gained.length + sample.lost.length;
  const numSamples = samples.length;
  samples.sort((x, y) => size(y) - size(x));
  return { gained, lost, numSamples, samples: samples.slice(0, maxSamples) };
}

function decisions(runs: readonly ScoredRun[], numLabels: number): Uint8Array {
  const votes = new Uint16Array(runs[0]!.scores.length);
  for (const { scores, thresholds } of runs) {
    const cuts = perLabelThresholds(thresholds, numLabels);
    for (let at = 0; at < votes.length; at++) {
      if (scores[at]! >= cuts[at % numLabels]!) votes[at]! += 1;
    }
  }
  return Uint8Array.from(votes, (count) => (2 * count >= runs.length ? 1 : 0));
}
