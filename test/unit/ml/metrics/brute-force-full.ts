import { averagePrecisionOf, decide, type Split } from './brute-force.js';

/**
 * The metrics that `bruteForce` has not, by their definitions: pairs are compared one by one, and
 * ties at k are broken in every possible way.
 */
export function bruteForceFully({ scores, targets, thresholds }: Split) {
  const labels = thresholds.map((_, label) => label);
  const rows = targets.flatMap((row, i) => (row.every((t) => t === 2) ? [] : [i]));
  const predicted = decide({ scores, targets, thresholds });
  const column = (from: number[][], label: number) => from.map((row) => row[label]!);
  const defined = labels.filter((l) => column(targets, l).includes(1));
  const both = defined.filter((l) => column(targets, l).includes(0));
  const support = (l: number) => count(column(targets, l));
  const precision = (t: number[], p: number[]) => divided(hits(t, p), count(p));
  const recall = (t: number[], p: number[]) => divided(hits(t, p), count(t));
  const perLabel = (of: typeof precision) =>
    defined.map((l) => of(column(targets, l), column(predicted, l)) ?? 0);
  const perSample = (of: typeof precision) =>
    mean(
      rows.map((row) => {
        const [t, p] = [targets[row]!, predicted[row]!];
        return count(t) + count(p) === 0 ? 1 : (of(t, p) ?? 0);
      }),
    );
  const weights = defined.map(support);
  const [macroPrecision, macroRecall] = [mean(perLabel(precision)), mean(perLabel(recall))];
  const labelled = rows.filter((row) => targets[row]!.includes(1));
  const atK = [1, 3, 5]
    .filter((k) => k <= labels.length)
    .map((k) => {
      const values = labelled.map((row) => overTies(scores[row]!, targets[row]!, k));
      return {
        k,
        precision: mean(values.map((v) => v.precision)),
        recall: mean(values.map((v) => v.recall)),
        ndcg: mean(values.map((v) => v.ndcg)),
      };
    });
  return {
    microPrecision: precision(targets.flat(), predicted.flat()),
    microRecall: recall(targets.flat(), predicted.flat()),
    macroPrecision,
    macroRecall,
    weightedPrecision: weighted(perLabel(precision), weights),
    weightedRecall: weighted(perLabel(recall), weights),
    harmonicMacroF1:
      macroPrecision === null || macroRecall === null
        ? null
        : (divided(2 * macroPrecision * macroRecall, macroPrecision + macroRecall) ?? 0),
    samplesPrecision: perSample(precision),
    samplesRecall: perSample(recall),
    samplesJaccard: perSample((t, p) => divided(hits(t, p), count(t) + count(p) - hits(t, p))),
    trueCardinality: mean(rows.map((row) => count(targets[row]!))),
    predictedCardinality: mean(rows.map((row) => count(predicted[row]!))),
    microAveragePrecision: targets.flat().includes(1)
      ? averagePrecisionOf(scores.flat(), targets.flat())
      : null,
    weightedAveragePrecision: weighted(
      defined.map((l) => averagePrecisionOf(column(scores, l), column(targets, l))),
      weights,
    ),
    macroRocAuc: mean(both.map((l) => pairsWon(column(scores, l), column(targets, l))!)),
    microRocAuc: pairsWon(scores.flat(), targets.flat()),
    undefinedRocAucLabels: labels.filter((l) => !both.includes(l)),
    rankingLoss: mean(rows.map((row) => pairsNotWon(scores[row]!, targets[row]!))),
    coverageError: mean(
      rows.map((row) => {
        const carried = scores[row]!.filter((_, l) => targets[row]![l] === 1);
        return carried.length === 0
          ? 0
          : scores[row]!.filter((s, l) => s >= Math.min(...carried) && targets[row]![l] !== 2)
              .length;
      }),
    ),
    labelRankingAveragePrecision: mean(
      rows.map((row) =>
        targets[row]!.includes(1) ? averagePrecisionOf(scores[row]!, targets[row]!) : 1,
      ),
    ),
    oneError: labelled.length === 0 ? null : 1 - atK[0]!.precision!,
    atK,
  };
}

const count = (values: number[]) => values.filter((v) => v === 1).length;
const hits = (t: number[], p: number[]) => t.filter((v, i) => v === 1 && p[i] === 1).length;
const divided = (a: number, b: number) => (b === 0 ? null : a / b);
const total = (values: number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: number[]) => divided(total(values), values.length);
const weighted = (values: number[], weights: number[]) =>
  divided(total(values.map((v, i) => v * weights[i]!)), total(weights));

/** Of all pairs of a positive and a negative, `[positive's score, negative's score]`. */
function pairs(scores: number[], truth: number[]): [number, number][] {
  const of = (value: number) => scores.filter((_, i) => truth[i] === value);
  return of(1).flatMap((p) => of(0).map((n): [number, number] => [p, n]));
}

function pairsWon(scores: number[], truth: number[]): number | null {
  return mean(pairs(scores, truth).map(([p, n]) => (p > n ? 1 : p === n ? 0.5 : 0)));
}

function pairsNotWon(scores: number[], truth: number[]): number {
  return mean(pairs(scores, truth).map(([p, n]) => (p > n ? 0 : 1))) ?? 0;
}

function overTies(allScores: number[], allTruth: number[], k: number) {
  const known = (_: number, i: number) => allTruth[i] !== 2;
  const [scores, truth] = [allScores.filter(known), allTruth.filter(known)];
  const gain = (carried: number[]) =>
    total(carried.slice(0, k).map((c, rank) => c / Math.log2(rank + 2)));
  const ideal = gain([...truth].sort((a, b) => b - a));
  const values = orders(scores.map((_, label) => label))
    .filter((order) => order.every((l, i) => i === 0 || scores[order[i - 1]!]! >= scores[l]!))
    .map((order) => {
      const carried = order.map((label) => truth[label]!);
      const found = count(carried.slice(0, k));
      return {
        precision: found / Math.min(k, truth.length),
        recall: found / count(truth),
        ndcg: gain(carried) / ideal,
      };
    });
  return {
    precision: mean(values.map((v) => v.precision))!,
    recall: mean(values.map((v) => v.recall))!,
    ndcg: mean(values.map((v) => v.ndcg))!,
  };
}

function orders(items: number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
