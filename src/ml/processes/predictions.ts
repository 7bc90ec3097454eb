import { readFloat32Rows } from '../data/float32-rows.js';
import { evaluateStreamed, type StreamedEvaluation } from '../metrics/evaluate-streamed.js';
import { decisionsAt, PredictionSelector } from '../metrics/select-predictions.js';
import type {
  PredictionsToEvaluate,
  PredictionsToSelect,
  ScoresInFile,
} from './statistics.methods.js';

/** Predictions against what is known, exactly, however many they are: a block of labels at a time. */
export async function evaluatePredictions(
  payload: PredictionsToEvaluate,
): Promise<StreamedEvaluation> {
  const { point, known } = payload;
  const split = (takenOf: (scores: Float32Array) => Float32Array | Uint8Array) => ({
    numLabels: known.labels.length,
    labelSets: known.labelSets,
    rows: () => knownRows(payload, takenOf),
  });
  const thresholds = Float64Array.from(known.labels, (label) => point.thresholds[label]!);
  const ranked = await evaluateStreamed(
    split((scores) => scores),
    thresholds,
  );
  if (point.topK === null) return ranked;
  // Cut by rank: only what ranks the samples of a label stays.
  const cut = await evaluateStreamed(
    split((scores) => decisionsAt(point, scores)),
    0.5,
  );
  const { meanAveragePrecision } = ranked.metrics;
  return {
    metrics: { ...cut.metrics, meanAveragePrecision },
    labels: cut.labels.map((each, label) => {
      const { threshold, averagePrecision } = ranked.labels[label]!;
      return { ...each, threshold, averagePrecision };
    }),
  };
}

/** The rows that are selected, ascending. */
export async function selectPredictions({
  scores,
  ...selection
}: PredictionsToSelect): Promise<{ rows: Int32Array }> {
  const selector = new PredictionSelector(selection, scores.numLabels);
  for await (const rows of rowsOf(scores)) selector.take(rows);
  return { rows: selector.result() };
}

function rowsOf({ path, ...place }: ScoresInFile): AsyncGenerator<Float32Array> {
  return readFloat32Rows(path, place);
}

/** What is made of the known rows, cut to the known labels, `[n, K]` at a time. */
async function* knownRows(
  { scores, known: { rows, labels } }: PredictionsToEvaluate,
  takenOf: (scores: Float32Array) => Float32Array | Uint8Array,
): AsyncGenerator<Float32Array> {
  const { numLabels } = scores;
  let [row, place] = [0, 0];
  for await (const block of rowsOf(scores)) {
    const end = row + block.length / numLabels;
    let last = place;
    while (last < rows.length && rows[last]! < end) last++;
    const cut = new Float32Array((last - place) * labels.length);
    for (let at = 0; place < last; place++, at += labels.length) {
      const from = (rows[place]! - row) * numLabels;
      const values = takenOf(block.subarray(from, from + numLabels));
      for (let label = 0; label < labels.length; label++) cut[at + label] = values[labels[label]!]!;
    }
    if (cut.length > 0) yield cut;
    row = end;
  }
}
