import { add, neg, softplus, sub } from '../../graph/build.js';
import { defineJointFusion } from './joint-fusion.js';

/**
 * A head on each modality, and the logit of their probabilities' mixture w·σ(s_v) + (1 − w)·σ(s_t), with a learned weight
 * w = σ(a) for every label, which starts at ½.
 *
 * With logit = log p − log(1 − p), each a log of two terms of which the text's is taken out, this is
 * s_t + softplus(a + log σ(s_v) − log σ(s_t)) − softplus(a + log σ(−s_v) − log σ(−s_t)), where −log σ(s) = softplus(−s):
 * no exponential overflows and no probability is rounded to 0 or 1, however large the logits are.
 */
export const late = defineJointFusion({
  options: {},
  build: (scope, { image, text }, putHead) => {
    const seen = putHead(scope.within('image'), image);
    const read = putHead(scope.within('text'), text);
    const numLabels = seen.shape[1] as number;
    const weight = scope.parameter(
      'fusion.weight',
      [numLabels],
      { kind: 'zeros' },
      { decay: false },
    );
    const on = add(weight, sub(softplus(neg(read)), softplus(neg(seen))));
    const off = add(weight, sub(softplus(read), softplus(seen)));
    return add(read, sub(softplus(on), softplus(off)));
  },
});
