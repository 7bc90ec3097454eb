import type { Database } from '../db/database.js';
import { labelsAt, versionScores } from '../db/evaluations.queries.js';
import { lockModelOfVersion } from '../db/registry.queries.js';
import type { Sql } from '../db/sql.js';
import {
  deleteThresholdSetRow,
  insertThresholdSet,
  thresholdSetsByVersions,
} from '../db/threshold-sets.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { packLabelSets } from '../ml/data/label-sets.js';
import { MAX_SCORES } from '../ml/metrics/score-limit.js';
import type { FittedPoint, PointToFit } from '../ml/processes/statistics.methods.js';
import { findScores } from '../ml/train/scores-file.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { checkModelName } from './model-name.js';
import { resolveModelVersion } from './resolve-model-ref.js';
import {
  fillThresholdSetSettings,
  needsValidation,
  type ThresholdSetSettingsInput,
} from './threshold-set-settings.js';

/** More than this a version must not have. */
export const MAX_THRESHOLD_SETS = 50;

export interface CreateThresholdSetInput extends ThresholdSetSettingsInput {
  modelVersion: string;
  name: string;
}

export interface ThresholdSetDeps {
  db: Database;
  blobs: BlobStore;
  /** in another process: it may take seconds */
  fitPoint(payload: PointToFit): Promise<FittedPoint>;
}

/**
 * Fits another operating point on the weights of a model version: on the VALIDATION scores of its run, or the mean of its members'
 * where it is an ensemble, measured on TEST.
 * @returns the version's id and the name
 */
export async function createThresholdSet(
  deps: ThresholdSetDeps,
  input: CreateThresholdSetInput,
): Promise<{ versionId: string; name: string }> {
  const name = checkModelName(input.name, 'name');
  const versionId = await requireVersion(deps.db, input.modelVersion);
  await requirePlace(deps.db, versionId, name);
  const stands = await versionScores(deps.db, versionId);
  if (!stands) throw noVersion();
  const paths = stands.files.map((file) => {
    if (file) return deps.blobs.path(file as Sha256);
    throw new ClipwrightError('CONFLICT', 'A run of the version has kept no scores to fit on.');
  });
  const { numLabels, validation, test, held } = await scoredPlaces(paths);
  const settings = fillThresholdSetSettings(input, numLabels);
  if (held > MAX_SCORES) {
    throw badUserInput(
      `expected a version whose runs have at most ${MAX_SCORES} scores on a split but received ${held}`,
    );
  }
  if (validation.length === 0 && needsValidation(settings)) {
    throw badUserInput(
      'expected FIXED or TOP_K for `kind`, and NONE for `calibration`: the version has no labelled VALIDATION sample to fit on',
    );
  }
  const labelled = async (positions: Int32Array) => ({
    positions,
    labelSets: packLabelSets(await labelsAt(deps.db, stands.versionId, positions)),
  });
  const { point, warnings, metrics } = await deps.fitPoint({
    paths,
    numLabels,
    validation: await labelled(validation),
    test: await labelled(test),
    settings,
  });
  await deps.db.transaction(async (tx) => {
    // Two made at once are counted one after the other, and the version may be gone since.
    if (!(await lockModelOfVersion(tx, versionId))) throw noVersion();
    await requirePlace(tx, versionId, name);
    await insertThresholdSet(tx, { versionId, name, settings, point, warnings, metrics });
  });
  return { versionId, name };
}

/**
 * The samples of VALIDATION and TEST, by their places in the dataset version, that all of the runs have scores of; `held`: how
 * many scores the runs have together on the larger split.
 */
async function scoredPlaces(paths: readonly string[]) {
  const common = async (split: 'validation' | 'test') => {
    const [first, ...others] = await Promise.all(paths.map((path) => findScores(path, split)));
    const { numLabels, positions } = first!;
    const known = others.map((other) => new Set(other.positions));
    const rows = others.reduce((sum, other) => sum + other.positions.length, positions.length);
    return {
      numLabels,
      positions: positions.filter((at) => known.every((own) => own.has(at))),
      held: rows * numLabels,
    };
  };
  const [validation, test] = [await common('validation'), await common('test')];
  return {
    numLabels: validation.numLabels,
    validation: validation.positions,
    test: test.positions,
    held: Math.max(validation.held, test.held),
  };
}

/** @returns the version's id */
export async function deleteThresholdSet(
  deps: { db: Database },
  input: { modelVersion: string; name: string },
): Promise<string> {
  const versionId = await requireVersion(deps.db, input.modelVersion);
  if (await deleteThresholdSetRow(deps.db, versionId, input.name)) return versionId;
  throw new ClipwrightError('NOT_FOUND', 'The model version has no threshold set of this name.');
}

async function requireVersion(db: Database, ref: string): Promise<string> {
  const version = await resolveModelVersion(db, ref);
  if (version) return version.id;
  throw noVersion();
}

function noVersion(): ClipwrightError {
  return new ClipwrightError('NOT_FOUND', 'There is no such model version.');
}

/** @throws CONFLICT where the version has a set of that name, or as many as it may have */
async function requirePlace(sql: Sql, versionId: string, name: string): Promise<void> {
  const there = await thresholdSetsByVersions(sql, [versionId]);
  if (there.some((set) => set.name === name)) {
    throw new ClipwrightError(
      'CONFLICT',
      `The version has a threshold set ${name}: delete it first, or choose another name.`,
    );
  }
  if (there.length >= MAX_THRESHOLD_SETS) {
    throw new ClipwrightError(
      'CONFLICT',
      `The version has ${MAX_THRESHOLD_SETS} threshold sets: delete one first.`,
    );
  }
}
