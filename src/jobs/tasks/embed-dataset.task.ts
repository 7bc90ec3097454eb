import { z } from 'zod';
import { type RunEmbeddingDeps, runEmbedding } from '../../services/run-embedding.js';
import { settleEmbedding } from '../../services/settle-embedding.js';
import type { Settler } from '../registry.js';
import type { Task } from '../task.js';

const payload = z.object({ setId: z.uuid() });

type Payload = z.infer<typeof payload>;

/** What ends an embedding needs no more than this. */
export const embedDatasetSettler: Settler<Payload> = {
  name: 'embed-dataset',
  payload,
  settle: (tx, { setId }, end) => settleEmbedding(tx, setId, end),
};

export function embedDatasetTask(deps: RunEmbeddingDeps): Task<Payload> {
  return {
    ...embedDatasetSettler,
    run: ({ setId }, context) => runEmbedding(deps, setId, context),
  };
}
