import { add, mul, reshape } from '../../graph/build.js';
import { number } from '../options.js';
import { cosinesTo } from './cosines.js';
import { defineHead } from './head.js';
import { PROMPTS, TEXT_COSINE } from './label-texts.js';

/**
 * s_l = τ·f·(w_l + α_l·t_l) + b_l for features f of length 1: a linear probe that blends in the text t_l of its label, by a
 * learned share α_l (LP++, Huang et al. 2024, 2404.02285). With w at 0 and α at 1 it starts as the zero-shot
 * classifier. The paper's is for one label of many: sigmoids, τ (`scale`, not learned: w and α can grow) and b are ours, and so
 * is the optimizer.
 */
export const textBlended = defineHead({
  options: { scale: number({ min: 0, max: 1000, aboveMin: true }, 10), prompts: PROMPTS },
  inEncoderSpace: () => true,
  prompts: ({ prompts }) => prompts,
  build: (scope, features, numLabels, { scale }, { labelEmbeds }) => {
    const dimension = features.shape[1] as number;
    const zeros = { kind: 'zeros' } as const;
    const weight = scope.parameter('head.weight', [numLabels, dimension], zeros, { decay: true });
    const share = scope.parameter('head.share', [numLabels], { kind: 'ones' }, { decay: false });
    const offset = { kind: 'constant', value: -scale * TEXT_COSINE } as const;
    const bias = scope.parameter('head.bias', [numLabels], offset, { decay: false });
    const blended = add(weight, mul(labelEmbeds, reshape(share, [numLabels, 1])));
    return add(mul(cosinesTo(features, blended), scale), bias);
  },
});
