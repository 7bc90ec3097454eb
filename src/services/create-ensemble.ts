import { lockBlobsForWriting } from '../db/blob-lock.js';
import type { Database } from '../db/database.js';
import { reportRows, splitTargets } from '../db/experiments.queries.js';
import { insertModelVersion } from '../db/registry.queries.js';
import { lockRun } from '../db/run-lifecycle.queries.js';
import type { Sql } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { packLabelSets } from '../ml/data/label-sets.js';
import { allRows } from '../ml/data/rows.js';
import { denseTargets } from '../ml/data/sparse-targets.js';
import { MAX_SCORES } from '../ml/metrics/score-limit.js';
import type { CombinedRuns, RunsToCombine, SplitTargets } from '../ml/train/combine-runs.js';
import { fillRunConfig } from '../ml/train/run-config.js';
import type { BlobStore } from '../storage/blob-store.js';
import { parseSha256 } from '../storage/sha256.js';
import { requireExperiment } from './control-experiment.js';
import { type EnsembleMember, ensembleMember } from './ensemble-member.js';
import { bestRuns } from './experiment-report.js';
import { checkModelName } from './model-name.js';
import { parseId } from './parse-id.js';
import { canonicalJson } from './run-manifest.js';

const MIN_MEMBERS = 2;
const MAX_MEMBERS = 16;

export interface CreateEnsembleInput {
  name: string;
  runIds?: readonly string[] | null;
  experimentId?: string | null;
  k?: number | null;
  thresholds?: unknown;
}

export interface CreateEnsembleDeps {
  db: Database;
  blobs: BlobStore;
  /** in another process: it takes seconds */
  combineRuns(payload: RunsToCombine): Promise<CombinedRuns>;
}

/**
 * Makes the mean of runs' probabilities the next version of a model. @returns its id
 * @throws NOT_FOUND, CONFLICT for runs that have not succeeded, BAD_USER_INPUT for runs that do not go together
 */
export async function createEnsemble(
  deps: CreateEnsembleDeps,
  input: CreateEnsembleInput,
  maxScores = MAX_SCORES,
): Promise<string> {
  const { db, blobs } = deps;
  const name = checkModelName(input.name, 'name');
  const { thresholds } = fillRunConfig({ thresholds: input.thresholds });
  const runIds = await chosenRuns(db, input);
  const members: EnsembleMember[] = [];
  for (const runId of runIds) members.push(await ensembleMember(db, runId));
  checkTogether(members);
  const [{ versionId, manifest: first }] = members as [EnsembleMember];
  const numLabels = first.labels.length;
  const [onValidation, onTest] = [
    await splitTargets(db, versionId, 'VALIDATION'),
    await splitTargets(db, versionId, 'TEST'),
  ];
  // What threshold sets are refused for, too: every version that can be made can have them.
  const scores = Math.max(onValidation.length, onTest.length) * numLabels * members.length;
  if (scores > maxScores) {
    throw badUserInput(
      `expected runs with at most ${maxScores} scores together on a split but received ${scores}: take fewer of them`,
    );
  }
  const payload = {
    members: members.map(({ manifest, scoresSha256 }) => ({
      head: blobs.path(parseSha256(manifest.headSha256)),
      scores: blobs.path(parseSha256(scoresSha256)),
    })),
    numLabels,
    validation: dense(onValidation, numLabels),
    test: dense(onTest, numLabels),
    thresholds,
  };
  const combined = await deps.combineRuns(payload).catch(async (error: unknown) => {
    // A member that was deleted meanwhile has taken its files along.
    for (const runId of runIds) await ensembleMember(db, runId);
    throw error;
  });
  const { head, final, ...fitted } = combined;
  return db.transaction(async (tx) => {
    await lockBlobsForWriting(tx);
    const headSha256 = await blobs.put(head);
    // In the order of ids, as two ensembles of the same runs may be made at once.
    for (const runId of runIds.toSorted()) {
      if (!(await lockRun(tx, runId))) {
        throw new ClipwrightError('NOT_FOUND', `Run ${runId} is gone.`);
      }
    }
    const manifest = {
      labels: first.labels,
      encoder: first.encoder,
      dataset: first.dataset,
      ...fitted,
      metrics: final,
      headSha256,
      members: members.map(({ runId, manifest: { config, seed } }) => ({ runId, config, seed })),
    };
    const sizeBytes = head.byteLength;
    return insertModelVersion(tx, { name, runIds, manifest, headSha256, sizeBytes });
  });
}

async function chosenRuns(sql: Sql, input: CreateEnsembleInput): Promise<string[]> {
  const { runIds, experimentId, k } = input;
  if ((runIds == null) === (experimentId == null) || (experimentId == null) !== (k == null)) {
    throw badUserInput('expected either `runIds` or `experimentId` and `k`');
  }
  const count = runIds?.length ?? k!;
  if (!Number.isInteger(count) || count < MIN_MEMBERS || count > MAX_MEMBERS) {
    const what = runIds ? 'runs for `runIds`' : 'for `k`';
    throw badUserInput(`expected ${MIN_MEMBERS} to ${MAX_MEMBERS} ${what} but received ${count}`);
  }
  if (runIds) {
    const ids = runIds.map((id) => parseId(id, 'run').toLowerCase());
    if (new Set(ids).size < ids.length) {
      throw badUserInput('expected different `runIds` but received one twice');
    }
    return ids;
  }
  const { id } = await requireExperiment(sql, experimentId!);
  const best = bestRuns(await reportRows(sql, [id]), count);
  if (best.length === count) return best;
  throw new ClipwrightError(
    'CONFLICT',
    `Only ${best.length} of the experiment's runs with the best one's encoder have SUCCEEDED: wait, or choose a smaller \`k\`.`,
  );
}

/** @throws BAD_USER_INPUT unless all are of one dataset version with its own splits, and one embedding space */
function checkTogether(members: readonly EnsembleMember[]): void {
  const [first, ...others] = members as [EnsembleMember, ...EnsembleMember[]];
  const space = canonicalJson(first.manifest.encoder);
  const folded = members.find(({ manifest }) => manifest.fold);
  if (folded) {
    throw badUserInput(
      `expected runs on the splits of their dataset version, but run ${folded.runId} is of a fold`,
    );
  }
  for (const { runId, versionId, manifest } of others) {
    const differs =
      versionId !== first.versionId
        ? 'another dataset version'
        : canonicalJson(manifest.encoder) !== space
          ? 'another encoder, revision or precision, or of tokens where others are not'
          : null;
    if (differs) {
      throw badUserInput(`expected runs that go together, but run ${runId} is of ${differs}`);
    }
  }
}

function dense(
  samples: readonly { position: number; labels: number[] }[],
  numLabels: number,
): SplitTargets {
  const labelSets = packLabelSets(samples.map(({ labels }) => labels));
  const targets = denseTargets(labelSets, numLabels, allRows(samples.length));
  return { positions: Int32Array.from(samples, ({ position }) => position), targets };
}
