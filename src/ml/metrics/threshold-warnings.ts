import type { ThresholdKind } from './fit-thresholds.js';

/** Why a fitted threshold may be luck (Lipton et al. 2014, https://arxiv.org/abs/1402.1892), or not what was asked for. */
export interface ThresholdWarning {
  label: number;
  reason: 'FEW_POSITIVES' | 'LOW_THRESHOLD' | 'MINIMUM_NOT_REACHED';
}

const FEW_POSITIVES = 20;
const LOW_THRESHOLD = 0.05;

/**
 * In label order. Several reasons may hold for a label: each is said. FIXED thresholds are not fitted, and warn of nothing.
 * @param thresholds `[L]`
 * @param support `[L]`: positives that they were fitted on
 * @param missed labels that cannot reach the minimum asked for
 */
export function thresholdWarnings(
  kind: ThresholdKind,
  thresholds: readonly number[],
  support: ArrayLike<number>,
  missed: readonly number[] = [],
): ThresholdWarning[] {
  if (kind === 'FIXED') return [];
  const byLabel = kind === 'PER_LABEL' || kind === 'CROSS_VALIDATED';
  const positives = Array.from(support).reduce((sum, count) => sum + count, 0);
  return thresholds.flatMap((threshold, label) => {
    const warnings: ThresholdWarning[] = [];
    const fittedOn = byLabel ? support[label]! : positives;
    if (fittedOn < FEW_POSITIVES) warnings.push({ label, reason: 'FEW_POSITIVES' });
    if (threshold < LOW_THRESHOLD) warnings.push({ label, reason: 'LOW_THRESHOLD' });
    if (missed.includes(label)) warnings.push({ label, reason: 'MINIMUM_NOT_REACHED' });
    return warnings;
  });
}
