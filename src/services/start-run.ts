import type { Database } from '../db/database.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { fillRunConfig, type RunConfig } from '../ml/train/run-config.js';
import {
  requireFewTexts,
  requireMemory,
  requireUsableSamples,
  requireVersion,
} from './check-training.js';
import { chooseEncoder, type PrecisionChoice } from './choose-encoder.js';
import { createRun, defaultRunName } from './create-run.js';
import { ensureEmbeddingSet } from './embed-dataset.js';
import type { EncoderSource } from './encoder-source.js';
import { encoderFor } from './encoder-tokens.js';
import { checkTags } from './model-name.js';
import { checkFold } from './run-fold.js';

export interface StartRunInput {
  name?: string | null;
  datasetId: string;
  datasetVersion?: number | null;
  encoderId: string;
  precision?: PrecisionChoice | null;
  /** as `fillRunConfig` takes it */
  config?: unknown;
  seed?: number | null;
  /** null: the splits are the version's */
  fold?: { count: number; index: number; seed?: number | null } | null;
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
  const fold = input.fold ? checkFold(input.fold, 'fold') : null;
  const tags = checkTags(input.tags ?? []);
  const name = input.name?.trim() || defaultRunName(config, seed, fold);
  if (name.length > 200) throw badUserInput('expected at most 200 characters for `name`');

  const version = await requireVersion(deps.db, input.datasetId, input.datasetVersion ?? null);
  const chosen = await chooseEncoder(deps.encoders, input.encoderId, input.precision ?? 'FP32');
  const encoder = encoderFor(chosen, { heads: [config.head], fusions: [config.fusion] });
  const usable = await requireUsableSamples(deps.db, version, config.fusion, fold);
  requireFewTexts(config, version);
  requireMemory(config, version, usable, encoder, deps.limits);
  const settled = withoutValidation(config, usable.validation, input.config);

  return deps.db.transaction(async (tx) => {
    const set = await ensureEmbeddingSet(tx, { datasetVersionId: version.id, encoder });
    const left =
      usable.lacking > 0
        ? `; ${usable.lacking} labelled samples lack a modality and are left out`
        : '';
    const wait = set.complete ? '' : '; waiting for the embeddings';
    const run = {
      name,
      versionId: version.id,
      setId: set.setId,
      encoderId: encoder.id,
      config: settled,
      seed,
      fold,
      tags,
    };
    return createRun(tx, run, {
      setComplete: set.complete,
      message: `queued${wait}${left}`,
    });
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
