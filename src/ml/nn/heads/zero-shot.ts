import { mul, sub } from '../../graph/build.js';
import { number } from '../options.js';
import { cosinesTo } from './cosines.js';
import { defineUntrainedHead } from './head.js';
import { PROMPTS, TEXT_COSINE } from './label-texts.js';

/** The cosine with its text at which a label is as likely as not. */
export const OFFSET = number({ min: -1, max: 1 }, TEXT_COSINE);

/** What cosines with the labels' texts are multiplied by. */
export const TEXT_SCALE = number({ min: 0, max: 1000, aboveMin: true }, 10);

/**
 * s_l = τ·(cos(z, t_l) − c): what the encoder says without training (Radford et al. 2021, 2103.00020, section 3.1.2). There a
 * softmax makes c, `offset`, needless.
 */
export const zeroShot = defineUntrainedHead({
  options: { scale: TEXT_SCALE, offset: OFFSET, prompts: PROMPTS },
  inEncoderSpace: () => true,
  prompts: ({ prompts }) => prompts,
  build: (_scope, features, _numLabels, { scale, offset }, { labelEmbeds }) =>
    mul(sub(cosinesTo(features, labelEmbeds), offset), scale),
});
