import { readFileSync } from 'node:fs';

/** A case of test/fixtures/sklearn/metrics.json, made by tools/fixtures/sklearn_metrics.py. */
export interface SklearnCase {
  name: string;
  numLabels: number;
  scores: Float32Array;
  targets: Uint8Array;
  thresholds: Float64Array;
  metrics: Record<string, number | null | number[]>;
  labels: Record<string, number | null>[];
}

export function sklearnCases(): SklearnCase[] {
  const file = new URL('../../../fixtures/sklearn/metrics.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8'));
  return cases.map((it: SklearnCase) => ({
    ...it,
    scores: Float32Array.from(it.scores),
    targets: Uint8Array.from(it.targets),
    thresholds: Float64Array.from(it.thresholds),
  }));
}

/** A case of test/fixtures/sklearn/full-metrics.json, made by tools/fixtures/sklearn_full_metrics.py. */
export interface SklearnFullCase extends SklearnCase {
  /** Beyond `metrics`. */
  more: SklearnCase['metrics'];
  atK: Record<string, number | null>[];
}

/** The cases of `sklearnCases` with the rest of the metrics. */
export function sklearnFullCases(): SklearnFullCase[] {
  const file = new URL('../../../fixtures/sklearn/full-metrics.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8'));
  const byName = new Map<string, SklearnFullCase>(
    cases.map((it: SklearnFullCase) => [it.name, it]),
  );
  return sklearnCases().map((it) => {
    const { metrics, atK } = byName.get(it.name)!;
    return { ...it, more: metrics, atK };
  });
}

/** Where `actual` and `expected` differ by more than 1e-9, or one is null alone. */
export function differences(actual: object, expected: object): string[] {
  const found: string[] = [];
  const entries = new Map<string, unknown>(Object.entries(actual));
  for (const [name, want] of Object.entries(expected)) {
    const got = entries.get(name);
    const same = Array.isArray(want)
      ? JSON.stringify(got) === JSON.stringify(want)
      : typeof want === 'number' && typeof got === 'number'
        ? Math.abs(got - want) <= 1e-9
        : got === want;
    if (!same) found.push(`${name}: ${got} instead of ${want}`);
  }
  return found;
}
