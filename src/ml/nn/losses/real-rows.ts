import { cast, greater } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';

/** `[B, 1]`: 1 for real samples, 0 for rows that only fill the batch up. */
export const realRows = (rowWeights: Node): Node => cast(greater(rowWeights, 0), 'float32');
