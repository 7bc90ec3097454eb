import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../../../src/ml/train/checkpoint.js';

const tensor = (values: number[], shape: number[]) =>
  ({ dtype: 'float32', shape, data: Float32Array.from(values) }) as const;

const checkpoint: Checkpoint = {
  fingerprint: 'é',
  rng: [1, 2, 3, 4294967295],
  history: [
    {
      epoch: 1,
      trainLoss: 0.1,
      validationLoss: null,
      validation: null,
      learningRate: 1e-3,
      seconds: 2,
    },
  ],
  best: { epoch: 1, score: null, epochsSince: 0 },
  state: { w: tensor([1, -0, 1e-45, 3.4e38], [2, 2]), b: tensor([5], []) },
  bestWeights: { w: tensor([4, 3, 2, 1], [2, 2]) },
};

describe('a checkpoint', () => {
  it('comes back as it was, at any place in memory', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeCheckpoint(shifted.subarray(3))).toEqual(checkpoint);
  });

  it('is refused when torn anywhere or when any byte is changed', () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow('cannot be read');
      const damaged = Uint8Array.from(bytes);
      damaged[length]! ^= 1;
      expect(() => decodeCheckpoint(damaged)).toThrow('cannot be read');
    }
  });

  it('of another version is refused by its number', () => {
    const bytes = Buffer.from(encodeCheckpoint(checkpoint));
    bytes.writeUInt32LE(2, 4);
    const body = bytes.subarray(0, -32);
    const resealed = Buffer.concat([body, createHash('sha256').update(body).digest()]);
    expect(() => decodeCheckpoint(resealed)).toThrow('its version is 2, not 1');
  });
});
