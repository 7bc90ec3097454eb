import { cursorPages } from '../db/cursor.js';
import type { Split } from '../db/enums.js';
import { STAGED_BESIDE_PREVIOUS, type StagedBesidePrevious } from '../db/imports.queries.js';
import type { PublishedVersion } from '../db/publish.queries.js';
import type { Tx } from '../db/sql.js';
import { Rng } from '../ml/data/rng.js';
import { SPLITS, splitDataset, type UnsplitSample } from '../ml/data/split-dataset.js';
import { DatasetDigest } from './dataset-digest.js';
import type { ImportSettings } from './import-input.js';
import { type LabelName, mergeLabels } from './label-order.js';
import { SampleGrouping } from './sample-grouping.js';
import { VersionDifference } from './version-difference.js';

/** What an edit makes of a sample; what is left out is unchanged, null labels are unknown. */
export type SampleChange =
  | 'remove'
  | {
      readonly labels?: readonly string[] | null;
      readonly unknownLabels?: readonly string[];
      readonly caption?: string | null;
      readonly split?: Split;
    };

export interface PlanInput {
  /** null: nothing was staged */
  readonly jobId: string | null;
  readonly before: PublishedVersion | undefined;
  /** the samples of the version before stay, but for those whose keys come again */
  readonly append: boolean;
  /** of samples of the version before, by key */
  readonly changes?: ReadonlyMap<string, SampleChange>;
  readonly labelKeys: ReadonlySet<string>;
  readonly labelNames: ReadonlyMap<string, string>;
  readonly split: ImportSettings['split'];
}

/** Everything about the next version but the samples themselves, which stay in the database. */
export interface VersionPlan {
  readonly labels: readonly LabelName[];
  /** by position */
  readonly splits: readonly Split[];
  readonly digest: Buffer;
  readonly labelledCount: number;
  /** by label index: how many samples of TRAIN, VALIDATION and TEST have it, and of how many it is unknown */
  readonly labelStats: readonly (readonly number[])[];
  readonly difference: VersionDifference;
}

export interface PlannedSample {
  readonly key: string;
  readonly caption: string | null;
  readonly labels: readonly string[] | null;
  readonly unknownLabels: readonly string[];
  readonly imageSha256: Buffer | null;
  /** given by the source or kept from the version before */
  readonly split: Split | null;
}

/** Reads what was staged twice, in key order: for the splits, and for the digest and the difference. */
export async function planVersion(tx: Tx, input: PlanInput): Promise<VersionPlan> {
  const labels = mergeLabels(input.before?.labels ?? [], input.labelKeys, input.labelNames);
  const indices = indexByKey(labels);
  const { samples: unsplit, groups } = await unsplitSamples(tx, input, indices);
  const splits = splitDataset(unsplit, input.split, Rng.fromSeed(input.split.seed), groups);

  const digest = new DatasetDigest(labels);
  const difference = new VersionDifference(input.before?.labels ?? [], labels);
  const unknown = new Array<number>(labels.length).fill(0);
  let position = 0;
  for await (const { row, sample } of plannedSamples(tx, input)) {
    const split = sample ? splits[position++]! : null;
    if (sample) digest.add({ ...sample, split: split! });
    for (const key of sample?.unknownLabels ?? []) unknown[indices.get(key)!]!++;
    if (input.before) difference.compare(row, sample, split, input.before.labels);
  }
  return {
    labels,
    splits,
    digest: digest.digest(),
    labelledCount: unsplit.filter((sample) => sample.labels !== null).length,
    labelStats: countLabels(unsplit, splits, labels.length).map((counts, label) => [
      ...counts,
      unknown[label]!,
    ]),
    difference,
  };
}

/** The samples of the next version in key order, each beside the row it comes from; null where the next has none. */
export async function* plannedSamples(
  tx: Tx,
  input: Pick<PlanInput, 'jobId' | 'before' | 'append' | 'changes'>,
): AsyncGenerator<{ row: StagedBesidePrevious; sample: PlannedSample | null }> {
  const pages = cursorPages<StagedBesidePrevious & { [column: string]: unknown }>(
    tx,
    'planned_samples',
    STAGED_BESIDE_PREVIOUS,
    [input.jobId, input.before?.versionId ?? null],
  );
  for await (const page of pages) {
    for (const row of page) yield { row, sample: planned(row, input) };
  }
}

function planned(
  row: StagedBesidePrevious,
  input: Pick<PlanInput, 'before' | 'append' | 'changes'>,
): PlannedSample | null {
  if (row.staged) {
    return {
      key: row.key,
      caption: row.caption,
      labels: row.labelled ? row.labels : null,
      unknownLabels: row.unknownLabels,
      imageSha256: row.imageSha256,
      split: row.split ?? (input.append && row.before ? row.beforeSplit : null),
    };
  }
  if (!input.append) return null;
  const keys = (indices: readonly number[]) =>
    indices.map((index) => input.before!.labels[index]!.key);
  const before = {
    key: row.key,
    caption: row.beforeCaption,
    labels: row.beforeLabelled ? keys(row.beforeLabels) : null,
    unknownLabels: keys(row.beforeUnknownLabels),
    imageSha256: row.beforeImageSha256,
    split: row.beforeSplit,
  };
  const change = input.changes?.get(row.key);
  return change === undefined ? before : changed(before, change);
}

/** A label that an edit gives is not unknown any more, and the other way round. */
function changed(before: PlannedSample, change: SampleChange): PlannedSample | null {
  if (change === 'remove') return null;
  const sample = { ...before, ...change };
  if (sample.labels === null) return { ...sample, unknownLabels: [] };
  return change.labels
    ? { ...sample, unknownLabels: without(sample.unknownLabels, change.labels) }
    : { ...sample, labels: without(sample.labels, sample.unknownLabels) };
}

function without(keys: readonly string[], others: readonly string[]): readonly string[] {
  return keys.filter((key) => !others.includes(key));
}

export function indexByKey(labels: readonly LabelName[]): Map<string, number> {
  return new Map(labels.map((label, index) => [label.key, index]));
}

/** Samples with the same labels share one list, and those with the same split too one object: memory stays small. */
async function unsplitSamples(
  tx: Tx,
  input: PlanInput,
  indices: ReadonlyMap<string, number>,
): Promise<{ samples: UnsplitSample[]; groups: Int32Array | undefined }> {
  const shared = new Map<string, UnsplitSample>();
  const samples: UnsplitSample[] = [];
  const grouping = new SampleGrouping(input.split.keepTogether);
  for await (const { sample } of plannedSamples(tx, input)) {
    if (!sample) continue;
    const labels = sample.labels?.map((key) => indices.get(key)!).sort((a, b) => a - b) ?? null;
    const name = `${labels?.join() ?? 'unknown'} ${sample.split}`;
    let same = shared.get(name);
    if (!same) {
      same = { labels, split: sample.split };
      shared.set(name, same);
    }
    samples.push(same);
    grouping.add(sample);
  }
  return { samples, groups: grouping.groups };
}

function countLabels(
  samples: readonly UnsplitSample[],
  splits: readonly Split[],
  numLabels: number,
): number[][] {
  const counts = Array.from({ length: numLabels }, () => [0, 0, 0]);
  samples.forEach(({ labels }, position) => {
    const split = SPLITS.indexOf(splits[position]!);
    for (const label of labels ?? []) counts[label]![split]! += 1;
  });
  return counts;
}
