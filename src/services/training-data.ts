import type { Sql } from '../db/sql.js';
import { keptTogether, trainingSamples } from '../db/training-samples.queries.js';
import { type Fold, foldSplits } from '../ml/data/fold-splits.js';
import { carriedLabelSets, chooseLabelSets } from '../ml/data/label-sets.js';
import type { Split } from '../ml/data/split-dataset.js';
import type { TrainPayload } from '../ml/processes/train.methods.js';
import { type ModalityNeeds, suffices } from './modality-needs.js';
import { SampleGrouping } from './sample-grouping.js';

const PAGE = 5000;

export type TrainingData = Pick<
  TrainPayload,
  'samples' | 'labelOffsets' | 'labels' | 'train' | 'validation' | 'test' | 'validationPaired'
>;

/**
 * Labels and splits of a dataset version as compact arrays; captions are not kept.
 * @param fold null: the splits are the version's
 */
export async function loadTrainingData(
  sql: Sql,
  versionId: string,
  needs: ModalityNeeds,
  fold: Fold | null,
): Promise<TrainingData> {
  const together = fold ? await keptTogether(sql, versionId) : 'NOTHING';
  const grouping = new SampleGrouping(together);
  const known: { position: number; split: Split; usable: boolean; paired: boolean }[] = [];
  const offsets = [0];
  const labels: number[] = [];
  let position = 0;
  for (;;) {
    const page = await trainingSamples(sql, versionId, position, PAGE, together);
    for (const sample of page) {
      if (sample.labelled) {
        const has = { image: sample.hasImage, text: sample.hasText };
        const [usable, paired] = [suffices(needs, has), has.image && has.text];
        known.push({ position, split: sample.split, usable, paired });
        for (const label of sample.labels) labels.push(label);
        grouping.add(sample);
      }
      offsets.push(labels.length);
      position++;
    }
    if (page.length < PAGE) break;
  }
  const sets = { offsets: Int32Array.from(offsets), labels: Int32Array.from(labels) };
  // Folds are dealt of all labelled samples, so that they are the same for every fusion.
  const positions = Int32Array.from(known, (sample) => sample.position);
  const dealt =
    fold && foldSplits(carriedLabelSets(chooseLabelSets(sets, positions)), fold, grouping.groups);
  const usable = known.flatMap((sample, at) =>
    sample.usable ? { ...sample, split: dealt?.[at] ?? sample.split } : [],
  );
  const positionsOf = (split: Split, pairedOnly = false) =>
    Int32Array.from(
      usable
        .filter((sample) => sample.split === split && (sample.paired || !pairedOnly))
        .map((sample) => sample.position),
    );
  return {
    samples: position,
    labelOffsets: sets.offsets,
    labels: sets.labels,
    train: positionsOf('TRAIN'),
    validation: positionsOf('VALIDATION'),
    test: positionsOf('TEST'),
    validationPaired: positionsOf('VALIDATION', true),
  };
}
