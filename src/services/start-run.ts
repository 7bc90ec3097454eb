import type { Database } from '../db/database.js';
import { type DatasetVersionSize, findDatasetVersion } from '../db/datasets.queries.js';
import type { Precision } from '../db/enums.js';
import { appendRunEvent } from '../db/events.js';
import { countUsableSamples, insertRun } from '../db/run-lifecycle.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { fillRunConfig, type RunConfig } from '../ml/train/run-config.js';
import { trainingMemory } from '../ml/train/training-memory.js';
import { ensureEmbeddingSet } from './embed-dataset.js';
import { type EncoderSource, requireEncoder } from './encoder-source.js';
import { enqueueTraining } from './enqueue-waiting-runs.js';
import { inWords, modalityNeeds } from './modality-needs.js';
import { checkTags } from './model-name.js';
import { parseId } from './parse-id.js';

export interface StartRunInput {
  name?: string | null;
  datasetId: string;
  datasetVersion?: number | null;
  encoderId: string;
  precision?: Precision | null;
  /** as `fillRunConfig` takes it */
  config?: unknown;
  seed?: number | null;
  tags?: readonly string[] | null;
}

export interface StartRunDeps {
  db: Database;
  encoders: EncoderSource;
  limits: { trainingBytes: number };
}

/**
 * Creates a run and sees to it that it will be trained: at once where the embeddings are there, otherwise after the one
 * job that makes them for all runs that wait.
 */
export async function startRun(deps: StartRunDeps, input: StartRunInput): Promise<string> {
  const config = fillRunConfig(input.config ?? {});
  const seed = input.seed ?? 1;
  if (seed < 0)
    throw badUserInput(`expected a whole number from 0 for \`seed\` but received ${seed}`);
  const tags = checkTags(input.tags ?? []);
  const name = input.name?.trim() || defaultName(config, seed);
  if (name.length > 200) throw badUserInput('expected at most 200 characters for `name`');

  const version = await findVersion(deps.db, input.datasetId, input.datasetVersion ?? null);
  const encoder = await requireEncoder(deps.encoders, input.encoderId);

  const needs = modalityNeeds(config.fusion);
  const usable = await countUsableSamples(deps.db, version.id, needs);
  if (usable.train === 0) {
    throw badUserInput(
      `Dataset version ${version.number} has no labelled TRAIN sample with ${inWords(needs)}, which the fusion ` +
        `${config.fusion.kind} needs. Import labels, change the split, or choose another fusion.`,
    );
  }
  const { dimension } = encoder.description;
  const bytes = trainingMemory(
    config,
    { embeds: { image: dimension, text: dimension }, numLabels: version.numLabels },
    version.sampleCount,
  );
  if (bytes > deps.limits.trainingBytes) {
    throw badUserInput(
      `Training this would take about ${gib(bytes)} of memory, more than the ${gib(deps.limits.trainingBytes)} of ` +
        'CLIPWRIGHT_MAX_TRAINING_BYTES: choose fewer or narrower layers of `head` or a smaller `batchSize`.',
    );
  }
  const settled = withoutValidation(config, usable.validation, input.config);

  return deps.db.transaction(async (tx) => {
    const set = await ensureEmbeddingSet(tx, {
      datasetVersionId: version.id,
      encoder,
      precision: input.precision ?? 'FP32',
    });
    const runId = await insertRun(tx, {
      name,
      versionId: version.id,
      setId: set.setId,
      encoderId: encoder.id,
      config: settled,
      seed,
      tags,
    });
    const left =
      usable.lacking > 0
        ? `; ${usable.lacking} labelled samples lack a modality and are left out`
        : '';
    const wait = set.complete ? '' : '; waiting for the embeddings';
    await appendRunEvent(tx, runId, { status: 'QUEUED', message: `queued${wait}${left}` });
    if (set.complete) await enqueueTraining(tx, runId);
    return runId;
  });
}

/** Without labelled validation samples thresholds cannot be fitted: FIXED 0.5, and asking for more is an error. */
function withoutValidation(config: RunConfig, validation: number, given: unknown): RunConfig {
  if (validation > 0 || config.thresholds.kind === 'FIXED') return config;
  const wasAsked = ((given ?? {}) as { thresholds?: unknown }).thresholds != null;
  if (wasAsked) {
    throw badUserInput(
      `expected FIXED for \`thresholds.kind\` but received ${config.thresholds.kind}: the dataset version has no labelled ` +
        'VALIDATION sample to fit thresholds on.',
    );
  }
  return { ...config, thresholds: { kind: 'FIXED', value: 0.5 } };
}

async function findVersion(
  db: Database,
  datasetId: string,
  number: number | null,
): Promise<DatasetVersionSize> {
  const row = await findDatasetVersion(db, parseId(datasetId, 'dataset'), number);
  if (row) return row;
  throw new ClipwrightError(
    'NOT_FOUND',
    number === null
      ? 'There is no such dataset, or its first import has not finished yet. Wait for the job of `importDataset`.'
      : `The dataset has no version ${number}.`,
  );
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function defaultName(config: RunConfig, seed: number): string {
  return [config.head.kind, config.fusion.kind, config.loss.kind, `seed ${seed}`]
    .join(' ')
    .toLowerCase();
}
