import type { Database } from '../db/database.js';
import { labelsAt, runScores } from '../db/evaluations.queries.js';
import { lockModelOfVersion, versionRun } from '../db/registry.queries.js';
import type { Sql } from '../db/sql.js';
import {
  deleteThresholdSetRow,
  insertThresholdSet,
  thresholdSetsByVersions,
} from '../db/threshold-sets.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { packLabelSets } from '../ml/data/label-sets.js';
import type { OperatingPointSettings } from '../ml/metrics/operating-point.js';
import type { FittedPoint, PointToFit } from '../ml/processes/statistics.methods.js';
import { findScores } from '../ml/train/scores-file.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { checkModelName } from './model-name.js';
import { resolveModelVersion } from './resolve-model-ref.js';

/** More than this a version must not have. */
export const MAX_THRESHOLD_SETS = 50;
/** More scores than this are not held in memory. */
const MAX_SCORES = 20_000_000;

export interface CreateThresholdSetInput {
  modelVersion: string;
  name: string;
  kind: OperatingPointSettings['kind'];
  value?: number | null;
  k?: number | null;
  calibration?: OperatingPointSettings['calibration'] | null;
}

export interface ThresholdSetDeps {
  db: Database;
  blobs: BlobStore;
  /** in another process: it may take seconds */
  fitPoint(payload: PointToFit): Promise<FittedPoint>;
}

/**
 * Fits another operating point on the weights of a model version: on its run's VALIDATION scores, measured on TEST.
 * @returns the version's id and the name
 */
export async function createThresholdSet(
  deps: ThresholdSetDeps,
  input: CreateThresholdSetInput,
): Promise<{ versionId: string; name: string }> {
  const name = checkModelName(input.name, 'name');
  const versionId = await requireVersion(deps.db, input.modelVersion);
  await requirePlace(deps.db, versionId, name);
  const runId = await versionRun(deps.db, versionId);
  const run = runId && (await runScores(deps.db, runId));
  if (!run) {
    throw new ClipwrightError(
      'CONFLICT',
      'Thresholds are fitted on the scores of a run, and an ensemble keeps none: make sets on its members.',
    );
  }
  const path = deps.blobs.path(run.scoresSha256 as Sha256);
  const places = {
    validation: await findScores(path, 'validation'),
    test: await findScores(path, 'test'),
  };
  const { numLabels } = places.validation;
  const settings = fillSettings(input, numLabels);
  const samples = Math.max(places.validation.positions.length, places.test.positions.length);
  if (samples * numLabels > MAX_SCORES) {
    throw badUserInput(
      `expected a run with at most ${MAX_SCORES} scores on a split but received ${samples * numLabels}`,
    );
  }
  if (places.validation.positions.length === 0 && needsValidation(settings)) {
    throw badUserInput(
      'expected FIXED or TOP_K for `kind`, and NONE for `calibration`: the run has no labelled VALIDATION sample to fit on',
    );
  }
  const scored = async ({ positions, start }: { positions: Int32Array; start: number }) => ({
    start,
    labelSets: packLabelSets(await labelsAt(deps.db, run.versionId, positions)),
  });
  const { point, warnings, metrics } = await deps.fitPoint({
    path,
    numLabels,
    validation: await scored(places.validation),
    test: await scored(places.test),
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

function needsValidation({ kind, calibration }: OperatingPointSettings): boolean {
  return calibration !== 'NONE' || (kind !== 'FIXED' && kind !== 'TOP_K');
}

/** @throws BAD_USER_INPUT for a value that the kind does not have, or one out of range */
function fillSettings(
  { kind, value, k, calibration }: CreateThresholdSetInput,
  numLabels: number,
): OperatingPointSettings {
  if (value != null && kind !== 'FIXED') {
    throw badUserInput(`expected no \`value\` with kind ${kind} but received ${value}`);
  }
  if (k != null && kind !== 'TOP_K') {
    throw badUserInput(`expected no \`k\` with kind ${kind} but received ${k}`);
  }
  if (value != null && !(value >= 0 && value <= 1)) {
    throw badUserInput(`expected a number from 0 to 1 for \`value\` but received ${value}`);
  }
  if (kind === 'TOP_K' && !(k != null && k >= 1 && k <= numLabels)) {
    throw badUserInput(`expected an integer from 1 to ${numLabels} for \`k\` but received ${k}`);
  }
  return {
    kind,
    value: kind === 'FIXED' ? (value ?? 0.5) : null,
    k: k ?? null,
    calibration: calibration ?? 'NONE',
  };
}
