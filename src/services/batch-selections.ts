import { matchingPositions, type SampleFilterValues } from '../db/samples.queries.js';
import type { Sql } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import type { OperatingPoint } from '../ml/metrics/operating-point.js';
import type { PredictionsToSelect } from '../ml/processes/statistics.methods.js';
import type { BlobStore } from '../storage/blob-store.js';
import { type FinishedBatch, labelsOf } from './batch-results.js';
import { batchTruth } from './batch-truth.js';
import { KeptResults } from './kept-results.js';

/** Of 4 bytes a sample. */
const KEPT = 20;

export interface BatchFilter {
  sample: SampleFilterValues | null;
  /** keys of labels that are all predicted */
  predicted: readonly string[];
  /** keys of labels about all of which the decision is wrong */
  wrong: readonly string[];
  /** whether any decision is wrong; null: either */
  hasErrors: boolean | null;
}

export interface SelectBatchDeps {
  db: Sql;
  blobs: BlobStore;
  /** in another process: it reads every score */
  selectPredictions(payload: PredictionsToSelect): Promise<{ rows: Int32Array }>;
}

/** Which samples of batch predictions a filter lets through; each list is made once, as neither scores nor samples change. */
export class BatchSelections {
  readonly #kept = new KeptResults<Int32Array>(KEPT);

  constructor(private readonly deps: SelectBatchDeps) {}

  /** @returns the samples' places in the version, ascending @throws BAD_USER_INPUT for a label that is not the model's */
  get(batch: FinishedBatch, filter: BatchFilter): Promise<Int32Array> {
    return this.#kept.get(`${batch.id} ${JSON.stringify(filter)}`, () =>
      this.#select(batch, filter),
    );
  }

  async #select(batch: FinishedBatch, filter: BatchFilter): Promise<Int32Array> {
    const labels = labelsOf(batch);
    const predicted = filter.predicted.map((key) => {
      const index = labels.findIndex((label) => label.key === key);
      if (index !== -1) return index;
      throw unknownLabel("one of the model's labels", 'predicted', key);
    });
    const { scores, positions, known } = await batchTruth(this.deps, batch, null);
    const places = new Map([...known.labels].map((label, place) => [labels[label]!.key, place]));
    const wrong = filter.wrong.map((key) => {
      const place = places.get(key);
      if (place !== undefined) return place;
      throw unknownLabel('a label that the model and the dataset version both have', 'wrong', key);
    });
    const { rows } = await this.deps.selectPredictions({
      scores,
      point: batch.point as OperatingPoint,
      known,
      predicted,
      wrong,
      hasErrors: filter.hasErrors,
      allowed: filter.sample && (await this.#allowed(batch, positions, filter.sample)),
    });
    return rows.map((row) => positions[row]!);
  }

  async #allowed(
    { versionId }: FinishedBatch,
    positions: Int32Array,
    filter: SampleFilterValues,
  ): Promise<Uint8Array> {
    const matching = new Set(await matchingPositions(this.deps.db, versionId, filter));
    return Uint8Array.from(positions, (position) => (matching.has(position) ? 1 : 0));
  }
}

function unknownLabel(expected: string, field: string, key: string) {
  return badUserInput(
    `expected the key of ${expected} in \`filter.${field}\` but received ${JSON.stringify(key.slice(0, 80))}`,
  );
}
