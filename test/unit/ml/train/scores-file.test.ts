import { describe, expect, it } from 'vitest';
import { decodeScores, encodeScores } from '../../../../src/ml/train/scores-file.js';

const file = {
  numLabels: 2,
  validation: { positions: Int32Array.of(4, 1), scores: Float32Array.of(0.5, 0.25, 1, 0) },
  test: { positions: Int32Array.of(9), scores: Float32Array.of(0.125, 0.75) },
};

describe('a scores file', () => {
  it.each([0, 1, 2, 3, 4])('is read back wherever its bytes begin: at %i', (offset) => {
    const bytes = encodeScores(file);
    const moved = new Uint8Array(offset + bytes.length + 5);
    moved.set(bytes, offset);
    expect(decodeScores(moved.subarray(offset, offset + bytes.length))).toEqual(file);
  });

  it('is refused where it is cut short, too long or of another kind', () => {
    const bytes = encodeScores(file);
    expect(() => decodeScores(bytes.subarray(0, 12))).toThrow('too short');
    expect(() => decodeScores(bytes.subarray(0, bytes.length - 4))).toThrow('damaged');
    expect(() => decodeScores(Uint8Array.of(...bytes, 0, 0, 0, 0))).toThrow('damaged');
    expect(() => decodeScores(bytes.map((byte, at) => (at === 0 ? byte + 1 : byte)))).toThrow(
      'damaged',
    );
  });
});
