/**
 * F1 = 2TP / (2TP + FP + FN), with `positives` = TP + FN and `predicted` = TP + FP. Null where
 * there is neither a positive nor a prediction (0 / 0): the caller says what that is worth.
 */
export function f1Score(
  truePositives: number,
  positives: number,
  predicted: number,
): number | null {
  const denominator = positives + predicted;
  return denominator === 0 ? null : (2 * truePositives) / denominator;
}
