import { add, div, exp, gemm, maximum, mul, reduceSum, sub } from '../../graph/build.js';
import { number } from '../options.js';
import { cosinesTo } from './cosines.js';
import { defineUntrainedHead } from './head.js';
import { PROMPTS } from './label-texts.js';
import { OFFSET, TEXT_SCALE } from './zero-shot.js';

/**
 * s_l = τ·(cos(z, t_l) − c) + α·Σ_i exp(−β·(1 − cos(z, f_i)))·y_il ÷ n_l: the zero-shot classifier and a cache of the training
 * samples f_i (Tip-Adapter without its training, Zhang et al. 2022, 2111.03930, section 3.1). There a label has as many cached
 * samples as any other; here it has n_l, by which its column is divided, so that frequent labels do not drown rare ones.
 */
export const tipAdapter = defineUntrainedHead({
  options: {
    scale: TEXT_SCALE,
    /** α: with 0 the cache says nothing. */
    cacheWeight: number({ min: 0, max: 1000 }, 3),
    /** β */
    sharpness: number({ min: 0, max: 1000 }, 5.5),
    offset: OFFSET,
    prompts: PROMPTS,
  },
  inEncoderSpace: () => true,
  prompts: ({ prompts }) => prompts,
  build: (_scope, features, _numLabels, options, given) => {
    const { scale, cacheWeight, sharpness, offset } = options;
    const cache = given.cache(features.shape[1] as number);
    const affinity = exp(mul(sub(cosinesTo(features, cache.features), 1), sharpness));
    const positives = maximum(reduceSum(cache.labels.targets, [0], true), 1);
    const remembered = mul(div(gemm(affinity, cache.labels.targets), positives), cacheWeight);
    const texts = mul(sub(cosinesTo(features, given.labelEmbeds), offset), scale);
    return add(texts, remembered);
  },
});
