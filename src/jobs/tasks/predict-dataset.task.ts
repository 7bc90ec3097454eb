import { z } from 'zod';
import { endBatch } from '../../db/batch-predictions.queries.js';
import { type RunPredictionDeps, runPrediction } from '../../services/run-prediction.js';
import type { Settler } from '../registry.js';
import type { Task } from '../task.js';

const payload = z.object({ batchId: z.uuid() });

type Payload = z.infer<typeof payload>;

/** What ends a batch prediction needs no more than this. */
export const predictDatasetSettler: Settler<Payload> = {
  name: 'predict-dataset',
  payload,
  settle: (tx, { batchId }, { error }) => endBatch(tx, batchId, error),
};

export function predictDatasetTask(deps: RunPredictionDeps): Task<Payload> {
  return {
    ...predictDatasetSettler,
    run: ({ batchId }, context) => runPrediction(deps, batchId, context),
  };
}
