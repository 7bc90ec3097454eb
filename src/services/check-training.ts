import { type DatasetVersionSize, findDatasetVersion } from '../db/datasets.queries.js';
import { countUsableSamples } from '../db/run-lifecycle.queries.js';
import type { Sql } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { RunConfig } from '../ml/train/run-config.js';
import { trainingMemory } from '../ml/train/training-memory.js';
import type { UsableEncoder } from './encoder-source.js';
import { inWords, modalityNeeds } from './modality-needs.js';
import { parseId } from './parse-id.js';

/** @param number null: the latest. @throws NOT_FOUND */
export async function requireVersion(
  sql: Sql,
  datasetId: string,
  number: number | null,
): Promise<DatasetVersionSize> {
  const row = await findDatasetVersion(sql, parseId(datasetId, 'dataset'), number);
  if (row) return row;
  throw new ClipwrightError(
    'NOT_FOUND',
    number === null
      ? 'There is no such dataset, or its first import has not finished yet. Wait for the job of `importDataset`.'
      : `The dataset has no version ${number}.`,
  );
}

export type UsableSamples = Awaited<ReturnType<typeof countUsableSamples>>;

/** @throws BAD_USER_INPUT where nothing is left to train on */
export async function requireUsableSamples(
  sql: Sql,
  version: DatasetVersionSize,
  fusion: RunConfig['fusion'],
): Promise<UsableSamples> {
  const needs = modalityNeeds(fusion);
  const usable = await countUsableSamples(sql, version.id, needs);
  if (usable.train === 0) {
    throw badUserInput(
      `Dataset version ${version.number} has no labelled TRAIN sample with ${inWords(needs)}, which the fusion ` +
        `${fusion.kind} needs. Import labels, change the split, or choose another fusion.`,
    );
  }
  return usable;
}

/** @throws BAD_USER_INPUT where no machine at hand could train it */
export function requireMemory(
  config: RunConfig,
  version: DatasetVersionSize,
  encoder: UsableEncoder,
  limits: { trainingBytes: number },
): void {
  const { dimension } = encoder.description;
  const dims = { embeds: { image: dimension, text: dimension }, numLabels: version.numLabels };
  const bytes = trainingMemory(config, dims, version.sampleCount);
  if (bytes <= limits.trainingBytes) return;
  throw badUserInput(
    `Training this would take about ${gib(bytes)} of memory, more than the ${gib(limits.trainingBytes)} of ` +
      'CLIPWRIGHT_MAX_TRAINING_BYTES: choose fewer or narrower layers of `head` or a smaller `batchSize`.',
  );
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
