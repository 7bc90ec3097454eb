/**
 * The metrics by their definitions, in plain loops over samples and with none of the engine's code:
 * slow, and without a shortcut that could share a mistake with it. Shapes `[N, L]` as nested arrays;
 * a target of 2 is unknown.
 */
export interface Split {
  scores: number[][];
  targets: number[][];
  thresholds: number[];
}

const mean = (values: number[]): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;

function f1(truth: number[], predicted: number[], empty: number): number {
  const both = truth.filter((t, i) => t === 1 && predicted[i] === 1).length;
  const either = truth.filter((t) => t === 1).length + predicted.filter((p) => p === 1).length;
  return either === 0 ? empty : (2 * both) / either;
}

/** AP from precision and recall at each distinct score, as scikit-learn's user guide defines it. */
export function averagePrecisionOf(allScores: number[], allTruth: number[]): number {
  const known = (_: number, i: number) => allTruth[i] !== 2;
  const [scores, truth] = [allScores.filter(known), allTruth.filter(known)];
  const support = truth.filter((t) => t === 1).length;
  const cuts = [...new Set(scores)].sort((a, b) => b - a);
  let lastRecall = 0;
  let sum = 0;
  for (const cut of cuts) {
    const above = truth.filter((_, i) => scores[i]! >= cut);
    const hits = above.filter((t) => t === 1).length;
    const recall = hits / support;
    sum += (recall - lastRecall) * (hits / above.length);
    lastRecall = recall;
  }
  return sum;
}

export function bruteForce({ scores, targets, thresholds }: Split) {
  const predicted = decide({ scores, targets, thresholds });
  const column = (rows: number[][], label: number) => rows.map((row) => row[label]!);
  const labels = thresholds.map((_, label) => label);
  const defined = labels.filter((label) => column(targets, label).includes(1));
  const f1s = defined.map((l) => f1(column(targets, l), column(predicted, l), 0));
  const supports = defined.map((l) => column(targets, l).filter((t) => t === 1).length);
  const weight = supports.reduce((a, b) => a + b, 0);
  const [truth, decided] = [targets.flat(), predicted.flat()];
  const wrong = truth.flatMap((t, i) => (t === 2 ? [] : [t === decided[i] ? 0 : 1]));
  const rows = targets.flatMap((row, i) => (row.every((t) => t === 2) ? [] : [i]));
  const micro = f1(truth, decided, Number.NaN);
  return {
    microF1: Number.isNaN(micro) ? null : micro,
    macroF1: mean(f1s),
    samplesF1: mean(rows.map((i) => f1(targets[i]!, predicted[i]!, 1))),
    weightedF1: weight === 0 ? null : f1s.reduce((sum, f, i) => sum + f * supports[i]!, 0) / weight,
    meanAveragePrecision: mean(
      defined.map((l) => averagePrecisionOf(column(scores, l), column(targets, l))),
    ),
    hammingLoss: mean(wrong),
    subsetAccuracy: mean(
      rows.map((i) => (targets[i]!.every((t, l) => t === 2 || t === predicted[i]![l]) ? 1 : 0)),
    ),
    undefinedLabels: labels.filter((label) => !defined.includes(label)),
  };
}

/** 1 where a known label is predicted. */
export function decide({ scores, targets, thresholds }: Split): number[][] {
  return scores.map((row, i) =>
    row.map((s, l) => (s >= thresholds[l]! && targets[i]![l] !== 2 ? 1 : 0)),
  );
}

/** The highest F1 that any threshold can reach on `scores` and `truth`. */
export function bestF1(scores: number[], truth: number[]): number {
  const cuts = [...new Set(scores), Number.POSITIVE_INFINITY];
  return Math.max(
    ...cuts.map((cut) =>
      f1(
        truth,
        scores.map((s, i) => (s >= cut && truth[i] !== 2 ? 1 : 0)),
        0,
      ),
    ),
  );
}
