import {
  add,
  gemm,
  greater,
  kthLargest,
  log,
  mul,
  softmax,
  sub,
  where,
} from '../../graph/build.js';
import { integer, number } from '../options.js';
import { cosinesTo } from './cosines.js';
import { defineUntrainedHead } from './head.js';

/** Added to a logit before a softmax, it takes the share away without making infinities. */
const NO_SHARE = -1e9;

/**
 * The `neighbours` training samples most like z vote, each with weight exp(β·cos) (Wu et al. 2018, 1805.01978, section 3.4;
 * β is `sharpness`, 0: all alike); those as like as the last vote too. Of the share v of votes for a label the logit is
 * log (k·v + ½) − log (k·(1 − v) + ½), k the neighbours: with the ½ (Krichevsky & Trofimov 1981) it is finite. A neighbour
 * of which the label is unknown votes neither for nor against it.
 */
export const knn = defineUntrainedHead({
  options: { neighbours: integer(1, 1000, 50), sharpness: number({ min: 0, max: 1000 }, 10) },
  build: (_scope, features, _numLabels, { neighbours, sharpness }, given) => {
    const cache = given.cache(features.shape[1] as number);
    const cosines = cosinesTo(features, cache.features);
    const count = Math.min(neighbours, cache.features.shape[0] as number);
    const isFarther = greater(kthLargest(cosines, count), cosines);
    const votes = softmax(where(isFarther, NO_SHARE, mul(cosines, sharpness)));
    const { targets, negatives, known } = cache.labels;
    const share = gemm(votes, targets);
    const shareAgainst = known ? gemm(votes, negatives) : sub(1, share);
    const on = add(mul(share, count), 0.5);
    const off = add(mul(shareAgainst, count), 0.5);
    return sub(log(on), log(off));
  },
});
