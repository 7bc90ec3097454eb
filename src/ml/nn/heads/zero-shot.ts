import { add, mul } from '../../graph/build.js';
import { number } from '../options.js';
import { cosinesTo } from './cosines.js';
import { defineUntrainedHead } from './head.js';
import { PROMPTS } from './label-texts.js';

/** Added to every logit: cosines with texts lie well above 0 for labels that are absent, too. */
export const BIAS = number({ min: -1000, max: 1000 }, 0);

/** What cosines with the labels' texts are multiplied by. */
export const TEXT_SCALE = number({ min: 0, max: 1000, aboveMin: true }, 10);

/** s_l = τ·cos(z, t_l) + b: what the encoder says without training (Radford et al. 2021, 2103.00020, section 3.1.2). */
export const zeroShot = defineUntrainedHead({
  options: { scale: TEXT_SCALE, bias: BIAS, prompts: PROMPTS },
  inEncoderSpace: () => true,
  prompts: ({ prompts }) => prompts,
  build: (_scope, features, _numLabels, { scale, bias }, { labelEmbeds }) =>
    add(mul(cosinesTo(features, labelEmbeds), scale), bias),
});
