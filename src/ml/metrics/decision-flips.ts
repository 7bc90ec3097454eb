import { UNKNOWN } from '../data/unknown.js';

/** What the runs of a seed say: one run, or one for each fold. */
export interface ScoredSeed {
  /** `[N, L]` */
  readonly scores: Float32Array;
  /** `[N]`: the run that scored each sample */
  readonly parts: Uint8Array;
  /** of each run, `[L]` */
  readonly thresholds: readonly Float64Array[];
}

/** `[N, L]`: 1 where the label is predicted, by the thresholds of the run that scored the sample. */
export function decisionsOf({ scores, parts, thresholds }: ScoredSeed): Uint8Array {
  const numLabels = thresholds[0]!.length;
  return Uint8Array.from(scores, (score, at) => {
    const cuts = thresholds[parts[Math.floor(at / numLabels)]!]!;
    return score >= cuts[at % numLabels]! ? 1 : 0;
  });
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
 * Where the decisions of `a` and `b` differ. Each is the seeds of a cell, and decides for a label where at least half of its
 * seeds do. Of two decisions that differ one is right, and where the label is unknown neither counts.
 * @param targets [N, L]
 * @param maxSamples of `samples`
 */
export function decisionFlips(
  a: readonly ScoredSeed[],
  b: readonly ScoredSeed[],
  targets: Uint8Array,
  numLabels: number,
  maxSamples: number,
): DecisionFlips {
  const [decidedA, decidedB] = [majority(a), majority(b)];
  const samples: FlippedSample[] = [];
  let [gained, lost] = [0, 0];
  for (let row = 0; row < targets.length / numLabels; row++) {
    const flipped: FlippedSample = { row, gained: [], lost: [] };
    for (let label = 0, at = row * numLabels; label < numLabels; label++, at++) {
      if (decidedA[at] === decidedB[at] || targets[at] === UNKNOWN) continue;
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

function majority(seeds: readonly ScoredSeed[]): Uint8Array {
  const votes = new Uint16Array(seeds[0]!.scores.length);
  for (const seed of seeds) {
    decisionsOf(seed).forEach((decided, at) => {
      votes[at]! += decided;
    });
  }
  return Uint8Array.from(votes, (count) => (2 * count >= seeds.length ? 1 : 0));
}
