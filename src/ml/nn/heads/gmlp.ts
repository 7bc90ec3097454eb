import { add, matmul, mul, slice } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { ACTIVATIONS } from '../activations.js';
import { layerNorm } from '../layer-norm.js';
import { linearLayer } from '../linear-layer.js';
import { preNorm } from '../pre-norm.js';
import type { Scope } from '../scope.js';
import { defineTokenMixingHead } from './token-mixing.js';

/** The width inside a block ÷ that of its tokens (table 1 of the paper). */
const EXPANSION = 6;

/** Blocks x + V·SGU(GELU(U·LayerNorm(x))): gMLP, Liu et al. 2021 (2105.08050, section 2). */
export const gmlp = defineTokenMixingHead((scope, name, x, dropout) =>
  preNorm(scope, name, x, dropout, (z) => {
    const width = z.shape[2] as number;
    const inner = ACTIVATIONS.GELU(linearLayer(scope, `${name}.hidden`, z, EXPANSION * width));
    return linearLayer(scope, `${name}.output`, spatialGate(scope, `${name}.gate`, inner), width);
  }),
);

/**
 * Z1 ⊙ (W·LayerNorm(Z2) + b) for x = [Z1, Z2] `[B, T, 2C]`, W over the tokens: `[B, T, C]` (2105.08050, section 2.1). W starts
 * at zero and b at one, so that the gate lets everything pass at first.
 */
function spatialGate(scope: Scope, name: string, x: Node): Node {
  const [, tokens, both] = x.shape as [number | string, number, number];
  const half = both / 2;
  const mixed = layerNorm(scope, `${name}.norm`, slice(x, 2, half, both));
  const shape = [tokens, tokens];
  const weight = scope.parameter(`${name}.weight`, shape, { kind: 'zeros' }, { decay: true });
  const bias = scope.parameter(`${name}.bias`, [tokens, 1], { kind: 'ones' }, { decay: false });
  return mul(slice(x, 2, 0, half), add(matmul(weight, mixed), bias));
}
