import { add, exp, mul } from '../../graph/build.js';
import type { Initializer } from '../initializer.js';
import { number, oneOf } from '../options.js';
import { cosinesTo, unit } from './cosines.js';
import { GIVEN } from './given.js';
import { defineHead } from './head.js';
import { PROMPTS, refusePrompts, TEXT_COSINE } from './label-texts.js';

interface Starts {
  readonly prototype: Initializer;
  readonly bias: Initializer;
}

/** How prototypes and biases start, given the features' dimension and τ. */
const START = {
  RANDOM: (dimension: number): Starts => ({
    prototype: { kind: 'uniformFanIn', fanIn: dimension },
    bias: { kind: 'zeros' },
  }),
  LABEL_TEXTS: (_dimension: number, scale: number): Starts => ({
    prototype: { kind: 'given', name: GIVEN.labelEmbeds },
    bias: { kind: 'constant', value: -scale * TEXT_COSINE },
  }),
};

/**
 * s_l = τ·cos(z, w_l) + b_l: a prototype w_l for each label. τ starts at `scale` and is learned through its logarithm, as
 * CLIP's is (Radford et al. 2021, 2103.00020, section 2.3). The length of a prototype changes no logit, but every step makes
 * it longer and so the next one turn it less; weight decay holds against that (van Laarhoven 2017, 1706.05350). Started from
 * the labels' texts, the head is the zero-shot classifier before its first step (section 3.1.2).
 */
export const cosine = defineHead({
  options: {
    scale: number({ min: 0, max: 1000, aboveMin: true }, 10),
    start: oneOf(['RANDOM', 'LABEL_TEXTS'], 'RANDOM'),
    prompts: PROMPTS,
  },
  check: ({ start, prompts }, name) => {
    if (start !== 'LABEL_TEXTS') refusePrompts(prompts, `${name}.start`, start);
  },
  inEncoderSpace: ({ start }) => start === 'LABEL_TEXTS',
  prompts: ({ start, prompts }) => (start === 'LABEL_TEXTS' ? prompts : null),
  build: (scope, features, numLabels, { scale, start }) => {
    const dimension = features.shape[1] as number;
    const { prototype, bias: offset } = START[start](dimension, scale);
    const shape = [numLabels, dimension];
    const prototypes = scope.parameter('head.prototypes', shape, prototype, { decay: true });
    const growth = scope.parameter('head.scale', [], { kind: 'zeros' }, { decay: false });
    const bias = scope.parameter('head.bias', [numLabels], offset, { decay: false });
    const cosines = cosinesTo(features, unit(prototypes));
    return add(mul(cosines, mul(exp(growth), scale)), bias);
  },
});
