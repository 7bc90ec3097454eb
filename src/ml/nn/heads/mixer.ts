import { swapLast } from '../../graph/build.js';
import { feedForward } from '../feed-forward.js';
import { preNorm } from '../pre-norm.js';
import { defineTokenMixingHead } from './token-mixing.js';
import { FEED_FORWARD } from './token-options.js';

/**
 * MLP-Mixer, Tolstikhin et al. 2021 (2105.01601, section 2): a feed-forward layer over the tokens of each channel, then one
 * over the channels of each token; their middles are W/2 and 4·W wide (table 1). The first has no output bias: it would
 * move all channels of a token alike, which no norm lets pass.
 */
export const mixer = defineTokenMixingHead((scope, name, x, dropout) => {
  const width = x.shape[2] as number;
  const mixed = preNorm(scope, `${name}.tokens`, x, dropout, (z) => {
    const middle = Math.ceil(width / 2);
    return swapLast(feedForward(scope, `${name}.tokens`, swapLast(z), middle, { bias: false }));
  });
  return preNorm(scope, `${name}.channels`, mixed, dropout, (z) =>
    feedForward(scope, `${name}.channels`, z, FEED_FORWARD * width),
  );
});
