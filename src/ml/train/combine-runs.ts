import { readFile } from 'node:fs/promises';
import { badUserInput } from '../../errors/bad-user-input.js';
import { type EvalMetrics, evaluate } from '../metrics/evaluate.js';
import { fitThresholds } from '../metrics/fit-thresholds.js';
import { exportEnsemble } from './export-ensemble.js';
import type { ThresholdsConfig } from './run-config.js';
import { decodeScores, type SplitScores } from './scores-file.js';

/** What the labelled samples of a split carry: label i of sample `positions[n]` is `targets[n · L + i]`. */
export interface SplitTargets {
  readonly positions: Int32Array;
  /** [n, L]: 0, 1 or `UNKNOWN` */
  readonly targets: Uint8Array;
}

/** Runs to average, as the statistics process takes them. */
export interface RunsToCombine {
  /** files of each run */
  readonly members: readonly { readonly head: string; readonly scores: string }[];
  readonly numLabels: number;
  readonly validation: SplitTargets;
  readonly test: SplitTargets;
  readonly thresholds: ThresholdsConfig;
}

export interface CombinedRuns {
  /** ONNX, as exportEnsemble makes it */
  readonly head: Uint8Array;
  readonly thresholds: number[];
  /** on VALIDATION and TEST, of the samples that all members can use; null where there are none */
  readonly best: EvalMetrics | null;
  readonly final: EvalMetrics | null;
}

/** One head of several, with thresholds fitted on its own VALIDATION scores. @throws BAD_USER_INPUT where it has none */
export async function combineRuns({
  members,
  numLabels,
  validation,
  test,
  thresholds: config,
}: RunsToCombine): Promise<CombinedRuns> {
  const heads: Uint8Array[] = [];
  const validations: SplitScores[] = [];
  const tests: SplitScores[] = [];
  for (const member of members) {
    heads.push(await readFile(member.head));
    const scores = decodeScores(await readFile(member.scores));
    validations.push(scores.validation);
    tests.push(scores.test);
  }
  const fitted = meanScores(validations, validation, numLabels);
  if (fitted.scores.length === 0 && config.kind !== 'FIXED') {
    throw badUserInput(
      'No labelled VALIDATION sample can be used by all of the runs: choose `thresholds: { kind: FIXED }`.',
    );
  }
  const value = config.kind === 'FIXED' ? config.value : null;
  const thresholds = fitThresholds(config.kind, value, fitted.scores, fitted.targets, numLabels);
  const metrics = ({ scores, targets }: Scored) =>
    scores.length === 0 ? null : evaluate(scores, targets, numLabels, thresholds);
  return {
    head: exportEnsemble(heads),
    thresholds: Array.from(thresholds),
    best: metrics(fitted),
    final: metrics(meanScores(tests, test, numLabels)),
  };
}

export interface Scored {
  /** both [n, L] */
  readonly scores: Float32Array;
  readonly targets: Uint8Array;
}

/** The mean of the members' probabilities, on the labelled samples that all of them have. */
export function meanScores(
  members: readonly SplitScores[],
  { positions, targets }: SplitTargets,
  numLabels: number,
): Scored {
  const rows = members.map((member) => {
    return new Map(Array.from(member.positions, (position, row) => [position, row]));
  });
  const common = Array.from(positions.keys()).filter((n) =>
    rows.every((row) => row.has(positions[n]!)),
  );
  const scores = new Float32Array(common.length * numLabels);
  const truth = new Uint8Array(common.length * numLabels);
  for (const [n, from] of common.entries()) {
    truth.set(targets.subarray(from * numLabels, (from + 1) * numLabels), n * numLabels);
    const starts = rows.map((row) => row.get(positions[from]!)! * numLabels);
    for (let label = 0; label < numLabels; label++) {
      let sum = 0;
      for (const [i, start] of starts.entries()) sum += members[i]!.scores[start + label]!;
      scores[n * numLabels + label] = sum / members.length;
    }
  }
  return { scores, targets: truth };
}
