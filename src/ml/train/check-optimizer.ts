import { WITHOUT_PARAMETERS } from '../nn/fusions/table.js';
import { badInput } from '../nn/options.js';
import type { RunConfig } from './run-config.js';

/** @throws BAD_USER_INPUT where LBFGS is asked for what has more than one minimum, or is drawn anew in every step */
export function checkOptimizer({ optimizer, head, fusion, loss, mixup }: RunConfig): void {
  if (optimizer.kind !== 'LBFGS') return;
  if (head.kind !== 'LINEAR') throw badInput('LINEAR, with LBFGS,', 'head.kind', head.kind);
  if (head.coupling !== 0) throw badInput('0, with LBFGS,', 'head.coupling', head.coupling);
  if (!WITHOUT_PARAMETERS.includes(fusion.kind)) {
    const expected = `one of ${WITHOUT_PARAMETERS.join(', ')}, with LBFGS,`;
    throw badInput(expected, 'fusion.kind', fusion.kind);
  }
  if ('modalityDropout' in fusion && fusion.modalityDropout > 0) {
    throw badInput('0, with LBFGS,', 'fusion.modalityDropout', fusion.modalityDropout);
  }
  if (loss.kind !== 'BCE') throw badInput('BCE, with LBFGS,', 'loss.kind', loss.kind);
  if (mixup !== 0) throw badInput('0, with LBFGS,', 'mixup', mixup);
}
