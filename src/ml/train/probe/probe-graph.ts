import { gradients } from '../../autodiff/gradients.js';
import { gemm, input, reduceSum, transpose } from '../../graph/build.js';
import { dedupe } from '../../graph/dedupe.js';
import type { Graph } from '../../graph/graph.js';
import { layOut } from '../../graph/layout/lay-out.js';
import { verify } from '../../graph/verify.js';
import { knownLabels } from '../../nn/known-labels.js';
import type { LabelStatistics } from '../../nn/losses/label-statistics.js';
import { buildLoss, type LossConfig } from '../../nn/losses/table.js';

/** Names of the graph's inputs. */
export const PROBE = {
  features: 'features',
  targets: 'targets',
  counts: 'counts',
  weight: 'weight',
  bias: 'bias',
} as const;

export interface ProbeShape {
  readonly rows: number;
  readonly width: number;
  readonly numLabels: number;
  /** Whether a label of a sample may be unknown. */
  readonly hasUnknowns?: boolean;
}

/**
 * Sums over some rows, label by label, for linear logits: `loss` `[1, L]`, and its derivatives `byWeight` `[L, F]` and
 * `byBias` `[1, L]`. Takes `features` `[rows, F]`, `targets` `[rows, L]`, `weight` `[L, F]`, `bias` `[L]`, and `counts`
 * `[1, rows]`: 1 for a sample and 0 for a row that only fills up, whose features are 0.
 */
export function buildProbe(
  config: LossConfig,
  { rows, width, numLabels, hasUnknowns }: ProbeShape,
  statistics: LabelStatistics,
): Graph {
  const features = input(PROBE.features, [rows, width]);
  const labels = knownLabels(input(PROBE.targets, [rows, numLabels], 'uint8'), hasUnknowns);
  const counts = input(PROBE.counts, [1, rows]);
  const weight = input(PROBE.weight, [numLabels, width]);
  const logits = gemm(features, weight, { transB: true, bias: input(PROBE.bias, [numLabels]) });
  const rowWeights = transpose(counts);
  const loss = buildLoss({ logits, ...labels, rowWeights, statistics }, config);
  const [byLogits] = gradients(reduceSum(loss, [0, 1]), [logits]);
  const outputs = {
    loss: gemm(counts, loss),
    byWeight: gemm(transpose(byLogits!), features),
    byBias: gemm(counts, byLogits!),
  };
  return verify(layOut(dedupe({ outputs })));
}
