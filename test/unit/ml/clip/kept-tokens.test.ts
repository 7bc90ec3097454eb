import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  imageTokens,
  textTokens,
  tokenShapes,
  without,
} from '../../../../src/ml/clip/kept-tokens.js';
import { readModelConfig } from '../../../../src/ml/clip/model-config.js';
import { expectClose } from '../../../support/ml/close.js';

/** Recorded by tools/fixtures/torch_tokens.py. */
const { pools } = JSON.parse(
  readFileSync(new URL('../../../fixtures/torch/tokens.json', import.meta.url), 'utf8'),
) as { pools: { modality: 'image' | 'text'; states: number[]; tokens: number[] }[] };
const WIDTH = 2;

describe('tokens that are kept', () => {
  it.each(pools.map((pool, at) => ({ ...pool, at })))('equal PyTorch: $modality $at', (pool) => {
    const states = Float32Array.from(pool.states);
    const there = pool.tokens.length / WIDTH;
    const shape = { count: pool.modality === 'image' ? there : 32, width: WIDTH };
    const row = pool.modality === 'image' ? imageTokens(states, shape) : textTokens(states, shape);
    const cells = Array.from({ length: shape.count }, (_, at) => [
      ...row!.subarray(at * 3, at * 3 + 3),
    ]);
    const coordinates = cells.slice(0, there).flatMap((cell) => cell.slice(0, WIDTH));
    expectClose(coordinates, pool.tokens, { absolute: 1e-6, relative: 1e-6 });
    expect(cells.map((cell) => cell[WIDTH])).toEqual(cells.map((_, at) => (at < there ? 1 : 0)));
    expect(
      cells
        .slice(there)
        .flat()
        .every((value) => value === 0),
    ).toBe(true);
  });

  it('are none where the states are not those of a square of patches', () => {
    const shape = { count: 50, width: 1 };
    expect(imageTokens(new Float32Array(50), shape)).toBeDefined();
    expect(imageTokens(new Float32Array(51), shape)).toBeUndefined();
    expect(imageTokens(new Float32Array(37), shape)).toBeUndefined();
  });

  it.each([
    [
      { model_type: 'clip', projection_dim: 512 },
      { image: [50, 768], text: [32, 512] },
    ],
    [{ model_type: 'siglip' }, { image: [49, 768], text: [32, 768] }],
    [
      {
        model_type: 'clip',
        projection_dim: 768,
        text_config: { hidden_size: 768, max_position_embeddings: 16 },
        vision_config: { hidden_size: 1024, image_size: 70, patch_size: 14 },
      },
      { image: [26, 1024], text: [16, 768] },
    ],
  ])('are at most fifty of an image and 32 of a text: %o', (config, expected) => {
    const shapes = tokenShapes(readModelConfig(config));
    const found = Object.entries(shapes).map(([modality, { count, width }]) => [
      modality,
      [count, width],
    ]);
    expect(Object.fromEntries(found)).toEqual(expected);
    expect(without(shapes, ['image'])).toEqual({ text: shapes.text });
  });
});
