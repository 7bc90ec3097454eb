import type { Database } from '../db/database.js';
import { hasEnded } from '../db/events.js';
import {
  appendExperimentEvent,
  deleteExperimentRow,
  type ExperimentState,
  experimentState,
  lockExperiments,
} from '../db/experiment-lifecycle.queries.js';
import type { Sql, Tx } from '../db/sql.js';
import { detachRuns, runsToCancel, tallyRuns } from '../db/wanted-runs.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { advanceExperiment } from './advance-experiments.js';
import type { Deletion } from './delete-run.js';
import type { UsableEncoder } from './encoder-source.js';
import { ensureSets } from './experiment-encoders.js';
import { parseId } from './parse-id.js';

/*
 *   RUNNING ──pause──▶ PAUSED ──resume──▶ RUNNING
 *   RUNNING, PAUSED ──cancel──▶ CANCELLED
 *   FAILED, CANCELLED ──resume──▶ RUNNING, with what was not tried or was cancelled
 *   FAILED ──retry a cell──▶ RUNNING
 *   SUCCEEDED, FAILED ──extend──▶ RUNNING
 *   ended ──delete──▶ gone
 */

/** No further run is queued; those that are, are trained. */
export async function pauseExperiment(deps: { db: Database }, id: string): Promise<string> {
  return deps.db.transaction(async (tx) => {
    const experiment = await lockExperiment(tx, id);
    if (hasEnded(experiment.status)) throw ended(experiment);
    if (experiment.status === 'RUNNING') {
      await appendExperimentEvent(tx, experiment.id, { status: 'PAUSED' });
    }
    return experiment.id;
  });
}

/** Goes on with what was not tried, or was cancelled. Runs that failed stay failed. */
export async function resumeExperiment(deps: { db: Database }, id: string): Promise<string> {
  return reopen(deps.db, id, async (tx, { id: experimentId, status }) => {
    if (status === 'RUNNING') return;
    if (status === 'SUCCEEDED') {
      throw new ClipwrightError('CONFLICT', 'The experiment has SUCCEEDED: extend it.');
    }
    await detachRuns(tx, experimentId, { statuses: ['CANCELLED'], cell: null });
    const { pending, open } = await tallyRuns(tx, experimentId);
    if (pending + open === 0 && status === 'FAILED') {
      throw new ClipwrightError('CONFLICT', 'Nothing is left to resume: retry the failed cells.');
    }
    await appendExperimentEvent(tx, experimentId, { status: 'RUNNING', message: 'resumed' });
  });
}

/** Trains those runs of a cell again that failed or were cancelled. */
export async function retryExperimentCell(
  deps: { db: Database },
  id: string,
  cell: number,
): Promise<string> {
  return reopen(deps.db, id, async (tx, { id: experimentId, status }) => {
    if (status === 'CANCELLED') {
      throw new ClipwrightError('CONFLICT', 'The experiment is CANCELLED: resume it first.');
    }
    const statuses = ['FAILED', 'CANCELLED'] as const;
    const again = await detachRuns(tx, experimentId, { statuses, cell });
    if (again === 0) {
      throw new ClipwrightError(
        'CONFLICT',
        `No run of cell ${cell} has failed: there is nothing to retry.`,
      );
    }
    await appendExperimentEvent(tx, experimentId, {
      ...(hasEnded(status) && { status: 'RUNNING' }),
      message: `cell ${cell} again`,
    });
  });
}

export interface CancelExperimentDeps {
  db: Database;
  cancelRun(runId: string): Promise<unknown>;
}

/**
 * Ends an experiment, and its unfinished runs that no other one wants; one that has ended stays as it is. First no further
 * run is queued, then the runs are cancelled one by one: asked again, it goes on where a crash ended it.
 */
export async function cancelExperiment(deps: CancelExperimentDeps, id: string): Promise<string> {
  const { id: experimentId, status } = await deps.db.transaction(async (tx) => {
    const experiment = await lockExperiment(tx, id);
    if (hasEnded(experiment.status)) return experiment;
    await appendExperimentEvent(tx, experiment.id, { status: 'CANCELLED' });
    return { ...experiment, status: 'CANCELLED' };
  });
  if (status === 'CANCELLED') {
    for (const runId of await runsToCancel(deps.db, experimentId)) await deps.cancelRun(runId);
  }
  return experimentId;
}

/** Deletes an ended experiment. Its runs stay: they can be deleted then. */
export async function deleteExperiment(deps: { db: Database }, id: string): Promise<Deletion> {
  return deps.db.transaction(async (tx) => {
    const experiment = await lockExperiment(tx, id);
    if (!hasEnded(experiment.status)) {
      throw new ClipwrightError(
        'CONFLICT',
        `The experiment is ${experiment.status}: cancel it first.`,
      );
    }
    await deleteExperimentRow(tx, experiment.id);
    return { id: experiment.id, freedBytes: 0 };
  });
}

/**
 * Changes an experiment so that it has something to do again, and takes it as far as it goes. Where its embeddings are not
 * there, whoever makes them is waited for, or asked again.
 * @param encoders new to it; `change` gets the ids of their sets
 */
export async function reopen(
  db: Database,
  id: string,
  change: (tx: Tx, experiment: ExperimentState, newSetIds: string[]) => Promise<void>,
  encoders: readonly UsableEncoder[] = [],
): Promise<string> {
  const { id: experimentId, versionId, sets: known } = await requireExperiment(db, id);
  await db.transaction(async (tx) => {
    // The sets' locks come before the experiments'.
    const sets = await ensureSets(tx, versionId, { known, encoders });
    const newSetIds = sets.slice(known.length).map(({ setId }) => setId);
    await change(tx, await lockExperiment(tx, id), newSetIds);
    await advanceExperiment(tx, experimentId);
  });
  return experimentId;
}

async function lockExperiment(tx: Tx, id: string): Promise<ExperimentState> {
  await lockExperiments(tx);
  return requireExperiment(tx, id);
}

export async function requireExperiment(sql: Sql, id: string): Promise<ExperimentState> {
  const experiment = await experimentState(sql, parseId(id, 'experiment'));
  if (experiment) return experiment;
  throw new ClipwrightError('NOT_FOUND', 'There is no experiment with this id.');
}

function ended({ status }: ExperimentState): ClipwrightError {
  return new ClipwrightError('CONFLICT', `The experiment has ended: it is ${status}.`);
}
