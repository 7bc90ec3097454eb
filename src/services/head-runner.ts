import type { TensorData } from '../ml/graph/dtype.js';
import { MODALITIES } from '../ml/nn/modality.js';
import type { PlannedInfer } from '../ml/processes/planned-infer.js';
import { headInput } from '../ml/train/export-head.js';
import type { HeadRunner } from './predict.js';

/** Heads in the inference processes. @param priority among what waits there; higher goes first */
export function headRunner(runner: Pick<PlannedInfer, 'runHead'>, priority: number): HeadRunner {
  return {
    async run(head, features, count, kind) {
      const feeds: Record<string, TensorData> = {};
      for (const modality of MODALITIES) {
        const data = features[modality];
        if (!data) continue;
        const shape = [count, data.length / count];
        feeds[headInput(modality, kind)] = { dtype: 'float32', shape, data };
      }
      const { logits } = await runner.runHead(head, feeds, { priority, fetches: ['logits'] });
      return logits!.data as Float32Array;
    },
  };
}
