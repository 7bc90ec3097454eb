import { hasEnded } from '../db/events.js';
import {
  appendExperimentEvent,
  type ExperimentState,
  experimentState,
  lockExperiments,
  openExperimentsOfRun,
  openExperimentsOfSet,
} from '../db/experiment-lifecycle.queries.js';
import type { Tx } from '../db/sql.js';
import {
  attachKnownRuns,
  detachCancelledRun,
  nextWantedRuns,
  setRunOfWanted,
  tallyRuns,
  type WantedRun,
} from '../db/wanted-runs.queries.js';
import { readRunConfig } from '../ml/train/run-config.js';
import { createRun, defaultRunName } from './create-run.js';
import { nextPromotions, promoteCells, withinBudget } from './promote-cells.js';

/**
 * Runs of one experiment that are queued or under way at a time: enough for as many workers, and few enough that a pause
 * is soon felt.
 */
const RUNS_AT_ONCE = 4;

/**
 * Takes an experiment as far as it goes now: known runs are reused, the best cells of a rung go up, free places are filled,
 * and what has nothing left to do ends. Called in every transaction that changes what an experiment waits for, so that there is no other machinery:
 *
 *   RUNNING ──a run ends: the next is queued──▶ RUNNING
 *   RUNNING, PAUSED ──the last run has ended──▶ SUCCEEDED, or FAILED where some run has not succeeded
 *
 * Before all embeddings are there nothing is queued.
 */
export async function advanceExperiment(tx: Tx, id: string): Promise<void> {
  await lockExperiments(tx);
  const experiment = await experimentState(tx, id);
  if (!experiment?.setsComplete || hasEnded(experiment.status)) return;
  if (experiment.status === 'RUNNING') {
    // What goes up may be known too, and its result send up another.
    do await reuseRuns(tx, id);
    while ((await promoteCells(tx, experiment)) > 0);
    await fillPlaces(tx, experiment);
  }
  const { total, pending, open, succeeded } = await tallyRuns(tx, id);
  if (pending + open > 0) return;
  if (experiment.status === 'PAUSED' && (await nextPromotions(tx, experiment)).length > 0) return;
  const lost = total - succeeded;
  await appendExperimentEvent(tx, id, {
    status: lost === 0 ? 'SUCCEEDED' : 'FAILED',
    ...(lost > 0 && { message: `${lost} of ${counted(total, 'run')} did not succeed` }),
  });
}

async function reuseRuns(tx: Tx, id: string): Promise<void> {
  const reused = await attachKnownRuns(tx, id);
  if (reused === 0) return;
  await appendExperimentEvent(tx, id, { message: `${counted(reused, 'run')} reused` });
}

async function fillPlaces(tx: Tx, experiment: ExperimentState): Promise<void> {
  const { open } = await tallyRuns(tx, experiment.id);
  for (let free = RUNS_AT_ONCE - open; free > 0; ) {
    const next = await nextWantedRuns(tx, experiment.id, free);
    const affordable = await withinBudget(tx, experiment, next);
    await queueRuns(tx, experiment, affordable);
    if (affordable.length === next.length) return;
    // Cells that are not tried made way for others.
    free -= affordable.length;
  }
}

async function queueRuns(
  tx: Tx,
  { id, versionId, sets, folds }: ExperimentState,
  runs: readonly Omit<WantedRun, 'manifest'>[],
): Promise<void> {
  for (const { position, seed, fold: index, encoder, config: stored } of runs) {
    const config = readRunConfig(stored);
    const fold = folds && { ...folds, index };
    const name = defaultRunName(config, seed, fold);
    const { setId, encoderId } = sets[encoder]!;
    const run = { name, versionId, setId, encoderId, config, seed, fold, tags: [] };
    const runId = await createRun(tx, run, { setComplete: true, message: 'queued' });
    await setRunOfWanted(tx, id, position, runId);
  }
}

/** Part of the transaction in which a run ends, after its last event. */
export async function advanceExperimentsOfRun(tx: Tx, runId: string): Promise<void> {
  await lockExperiments(tx);
  const wanting = await openExperimentsOfRun(tx, runId);
  const again = await detachCancelledRun(tx, runId);
  for (const { id, cell, seed, fold } of wanting) {
    const place = `cell ${cell}, seed ${seed}${fold === null ? '' : `, fold ${fold}`}`;
    const end = again.includes(id) ? { message: `${place} again` } : { runId, message: place };
    await appendExperimentEvent(tx, id, end);
    await advanceExperiment(tx, id);
  }
}

/** Part of the transaction that completes an embedding set. */
export async function advanceExperimentsOfSet(tx: Tx, setId: string): Promise<void> {
  await lockExperiments(tx);
  for (const id of await openExperimentsOfSet(tx, setId)) await advanceExperiment(tx, id);
}

/** Part of the transaction that ends an embedding without a set: what waited for it goes no further. */
export async function failExperimentsOfSet(
  tx: Tx,
  setId: string,
  error: { code: string; message: string },
): Promise<void> {
  await lockExperiments(tx);
  for (const id of await openExperimentsOfSet(tx, setId)) {
    await appendExperimentEvent(tx, id, { status: 'FAILED', error, message: error.message });
  }
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
