import { Rng } from '../../src/ml/data/rng.js';
import { TowerGraph } from './tower-graph.js';
import { VIT_B32 } from './towers.js';

/**
 * The products of the vision tower with its weights and nothing else, one after the other as the tower has them: what ONNX
 * Runtime's matrix product needs for as many tokens. `tokens` `[rows, 768]` to `[rows, 512]`.
 */
export function visionProducts(seed: number): Uint8Array {
  const { dimension, layers, image } = VIT_B32;
  const { width } = image;
  const graph = new TowerGraph(Rng.fromSeed(seed));
  const product = (x: string, name: string, from: number, to: number) =>
    graph.linear(x, name, { from, to, deviation: from ** -0.5, bias: false });
  let rows = 'tokens';
  for (let layer = 0; layer < layers; layer += 1) {
    for (const part of ['query', 'key', 'value', 'out']) {
      rows = product(rows, `${layer}.${part}`, width, width);
    }
    rows = product(rows, `${layer}.fc1`, width, 4 * width);
    rows = product(rows, `${layer}.fc2`, 4 * width, width);
  }
  return graph.encode(
    'products',
    [{ name: 'tokens', dtype: 'float32', shape: ['rows', width] }],
    { name: 'projected', dtype: 'float32', shape: ['rows', dimension] },
    product(rows, 'projection', width, dimension),
  );
}

/** Multiplications with additions of `visionProducts` for one row. */
export function productsPerRow(): number {
  const { dimension, layers, image } = VIT_B32;
  return layers * 12 * image.width ** 2 + image.width * dimension;
}

/** The same of the whole tower for one image: patches, layers with their attention, projection. */
export function productsPerImage(): number {
  const { dimension, layers, image } = VIT_B32;
  const { size, patch, width } = image;
  const patches = (size / patch) ** 2;
  const tokens = patches + 1;
  const attention = 2 * tokens ** 2 * width;
  return (
    patches * 3 * patch ** 2 * width +
    layers * (tokens * 12 * width ** 2 + attention) +
    width * dimension
  );
}

/** Of `productsPerImage`, what is left out where the last block is computed for one token, in two copies (pool-early.ts). */
export function productsSpared(): number {
  const { image } = VIT_B32;
  const tokens = (image.size / image.patch) ** 2 + 1;
  return (tokens - 2) * 9 * image.width ** 2;
}
