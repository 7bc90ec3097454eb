import { trainingSamples } from '../db/run-lifecycle.queries.js';
import type { Sql } from '../db/sql.js';
import type { TrainPayload } from '../ml/processes/train.methods.js';
import { type ModalityNeeds, suffices } from './modality-needs.js';

const PAGE = 5000;

export type TrainingData = Pick<
  TrainPayload,
  'samples' | 'labelOffsets' | 'labels' | 'train' | 'validation' | 'test' | 'validationPaired'
>;

/** Labels and splits of a dataset version as compact arrays; captions are not loaded. */
export async function loadTrainingData(
  sql: Sql,
  versionId: string,
  needs: ModalityNeeds,
): Promise<TrainingData> {
  const splits = { TRAIN: [] as number[], VALIDATION: [] as number[], TEST: [] as number[] };
  const paired: number[] = [];
  const offsets = [0];
  const labels: number[] = [];
  let position = 0;
  for (;;) {
    const page = await trainingSamples(sql, versionId, position, PAGE);
    for (const sample of page) {
      const has = { image: sample.hasImage, text: sample.hasText };
      if (sample.labelled && suffices(needs, has)) {
        splits[sample.split].push(position);
        if (sample.split === 'VALIDATION' && has.image && has.text) paired.push(position);
        for (const label of sample.labels) labels.push(label);
      }
      offsets.push(labels.length);
      position++;
    }
    if (page.length < PAGE) break;
  }
  return {
    samples: position,
    labelOffsets: Int32Array.from(offsets),
    labels: Int32Array.from(labels),
    train: Int32Array.from(splits.TRAIN),
    validation: Int32Array.from(splits.VALIDATION),
    test: Int32Array.from(splits.TEST),
    validationPaired: Int32Array.from(paired),
  };
}
