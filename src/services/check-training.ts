import { type DatasetVersionSize, findDatasetVersion } from '../db/datasets.queries.js';
import type { Sql } from '../db/sql.js';
import { countUsableSamples } from '../db/training-samples.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { Fold } from '../ml/data/fold-splits.js';
import { isOverTokens, isUntrained, promptsOf } from '../ml/nn/heads/table.js';
import { fileRowLength } from '../ml/train/embedding-file.js';
import type { RunConfig } from '../ml/train/run-config.js';
import { cacheBytes, trainingMemory } from '../ml/train/training-memory.js';
import type { UsableEncoder } from './encoder-source.js';
import { inWords, modalityNeeds } from './modality-needs.js';
import { parseId } from './parse-id.js';
import { usableInFold } from './run-fold.js';

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

/**
 * @param fold null: the splits are the version's
 * @throws BAD_USER_INPUT where nothing is left to train on
 */
export async function requireUsableSamples(
  sql: Sql,
  version: DatasetVersionSize,
  fusion: RunConfig['fusion'],
  fold: Fold | null,
): Promise<UsableSamples> {
  const needs = modalityNeeds(fusion);
  const usable = await countUsableSamples(sql, version.id, needs);
  if (fold) return usableInFold(usable, fold);
  if (usable.train === 0) {
    throw badUserInput(
      `Dataset version ${version.number} has no labelled TRAIN sample with ${inWords(needs)}, which the fusion ` +
        `${fusion.kind} needs. Import labels, change the split, or choose another fusion.`,
    );
  }
  return usable;
}

/** The most of the training samples, in bytes, that may go into a head. */
const MAX_CACHE_BYTES = 256 * 2 ** 20;

/** The most texts, labels times prompts, that a run may have embedded. */
const MAX_LABEL_TEXTS = 100_000;

/** @throws BAD_USER_INPUT where a head asks for too many texts */
export function requireFewTexts(config: RunConfig, { numLabels }: DatasetVersionSize): void {
  const prompts = promptsOf(config.head)?.length ?? 0;
  if (numLabels * prompts <= MAX_LABEL_TEXTS) return;
  throw badUserInput(
    `Each of ${numLabels} labels in each of ${prompts} \`prompts\` makes more than ${MAX_LABEL_TEXTS} texts to embed: ` +
      'choose fewer.',
  );
}

/**
 * @throws BAD_USER_INPUT where no machine at hand could train it, or the head would keep too much
 */
export function requireMemory(
  config: RunConfig,
  version: DatasetVersionSize,
  { train: trained, validation, test }: Pick<UsableSamples, 'train' | 'validation' | 'test'>,
  encoder: UsableEncoder,
  limits: { trainingBytes: number },
): void {
  const { dimension } = encoder.description;
  const { numLabels, sampleCount } = version;
  const tokens = isOverTokens(config.head) ? encoder.description.tokenShapes : undefined;
  const row = { dimension, tokens };
  const embeds = { image: fileRowLength(row, 'image'), text: fileRowLength(row, 'text') };
  const dims = { embeds, tokens, numLabels, cached: trained };
  const cache = cacheBytes(config, dims);
  if (cache > MAX_CACHE_BYTES) {
    throw badUserInput(
      `The head ${config.head.kind} keeps all ${trained} samples that it is given to train on: ${mib(cache)}, more than ` +
        `${mib(MAX_CACHE_BYTES)}. Choose a head that is trained, or a fusion with shorter features.`,
    );
  }
  const samples = { all: sampleCount, heldOut: validation + test };
  const bytes = trainingMemory(config, dims, samples, limits.trainingBytes);
  if (bytes <= limits.trainingBytes) return;
  const withoutScores = { all: sampleCount, heldOut: 0 };
  if (trainingMemory(config, dims, withoutScores, limits.trainingBytes) <= limits.trainingBytes) {
    throw badUserInput(
      `The scores of ${validation + test} VALIDATION and TEST samples for ${numLabels} labels bring this training to about ` +
        `${gib(bytes)} of memory, more than the ${gib(limits.trainingBytes)} of CLIPWRIGHT_MAX_TRAINING_BYTES: import ` +
        'with a smaller share for these splits.',
    );
  }
  const remedy = isUntrained(config.head)
    ? 'choose a head that keeps no training samples'
    : 'choose fewer or narrower layers of `head` or a smaller `batchSize`';
  throw badUserInput(
    `Training this would take about ${gib(bytes)} of memory, more than the ${gib(limits.trainingBytes)} of ` +
      `CLIPWRIGHT_MAX_TRAINING_BYTES: ${remedy}.`,
  );
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function mib(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
