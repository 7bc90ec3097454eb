import type { PlannedInfer } from '../ml/processes/planned-infer.js';
import type { HeadRunner } from './predict.js';

/** Heads in the inference processes. @param priority among what waits there; higher goes first */
export function headRunner(runner: Pick<PlannedInfer, 'runHead'>, priority: number): HeadRunner {
  return {
    async run(head, features, count) {
      const feeds = Object.fromEntries(
        Object.entries(features).map(([modality, data]) => [
          `${modality}_embeds`,
          { dtype: 'float32' as const, shape: [count, data.length / count], data },
        ]),
      );
      const { logits } = await runner.runHead(head, feeds, { priority, fetches: ['logits'] });
      return logits!.data as Float32Array;
    },
  };
}
