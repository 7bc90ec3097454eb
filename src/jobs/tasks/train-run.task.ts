import { z } from 'zod';
import { appendRunEvent } from '../../db/events.js';
import { endRun } from '../../db/run-lifecycle.queries.js';
import type { Tx } from '../../db/sql.js';
import { advanceExperimentsOfRun } from '../../services/advance-experiments.js';
import { type TrainRunDeps, trainRun } from '../../services/train-run.js';
import type { Task } from '../task.js';

const payload = z.object({ runId: z.uuid() });

type Payload = z.infer<typeof payload>;
type End = { status: 'FAILED' | 'CANCELLED'; error?: { code: string; message: string } };

/** What ends a training needs no more than this. */
export const trainRunSettler = {
  name: 'train-run',
  payload,
  async settle(tx: Tx, { runId }: Payload, { status, error }: End): Promise<void> {
    if (!(await endRun(tx, runId, error))) return;
    await appendRunEvent(tx, runId, { status, ...(error && { message: error.message }) });
    await advanceExperimentsOfRun(tx, runId);
  },
};

export function trainRunTask(deps: TrainRunDeps): Task<Payload> {
  return { ...trainRunSettler, run: ({ runId }, context) => trainRun(deps, runId, context) };
}
