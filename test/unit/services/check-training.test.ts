import { describe, expect, it } from 'vitest';
import { fillRunConfig } from '../../../src/ml/train/run-config.js';
import { requireFewTexts, requireMemory } from '../../../src/services/check-training.js';
import type { UsableEncoder } from '../../../src/services/encoder-source.js';

const version = { id: '', number: 1, sampleCount: 400_000, numLabels: 20 };
const encoder = { description: { dimension: 512 } } as UsableEncoder;
const limits = { trainingBytes: 2 ** 40 };
const trainedOn = (train: number) => ({ train, validation: 0, test: 0 });
const knn = fillRunConfig({ head: { kind: 'KNN' } });

describe('what a run is refused for before it is queued', () => {
  it('is a head that would keep more than 256 MiB of its training samples', () => {
    // Features of both modalities as float32, targets as bytes.
    const most = Math.floor((256 * 2 ** 20) / (1024 * 4 + 20));
    expect(() => requireMemory(knn, version, trainedOn(most), encoder, limits)).not.toThrow();
    expect(() => requireMemory(knn, version, trainedOn(most + 1), encoder, limits)).toThrow(
      `The head KNN keeps all ${most + 1} samples that it is given to train on: 257 MiB, more than 256 MiB.`,
    );
    const trained = fillRunConfig({ head: { kind: 'LINEAR' } });
    expect(() =>
      requireMemory(trained, version, trainedOn(400_000), encoder, limits),
    ).not.toThrow();
  });

  it('is a cache that would not fit into memory while it is compared with samples', () => {
    const small = { trainingBytes: 2 ** 30 };
    expect(() =>
      requireMemory(knn, version, trainedOn(1000), encoder, { trainingBytes: 2 ** 31 }),
    ).not.toThrow();
    expect(() => requireMemory(knn, version, trainedOn(40_000), encoder, small)).toThrow(
      'choose a head that keeps no training samples',
    );
  });

  it('is not a dataset beyond memory, whose samples stay in their file, but still a model that is', () => {
    const many = { ...version, sampleCount: 1_000_000, numLabels: 1_000 };
    const small = { trainingBytes: 2 ** 30 };
    const linear = fillRunConfig({ head: { kind: 'LINEAR' } });
    expect(() => requireMemory(linear, many, trainedOn(900_000), encoder, small)).not.toThrow();
    const wide = fillRunConfig({ head: { kind: 'MLP', hidden: [8_192, 8_192] } });
    expect(() => requireMemory(wide, many, trainedOn(900_000), encoder, small)).toThrow(
      'choose fewer or narrower layers of `head`',
    );
  });

  it('are more scores than fit into memory', () => {
    const many = { ...version, sampleCount: 1_000_000, numLabels: 1_000 };
    const limit = { trainingBytes: 4 * 2 ** 30 };
    const linear = fillRunConfig({ head: { kind: 'LINEAR' } });
    const tenth = { train: 800_000, validation: 100_000, test: 100_000 };
    expect(() => requireMemory(linear, many, tenth, encoder, limit)).not.toThrow();
    const fifth = { train: 600_000, validation: 200_000, test: 200_000 };
    expect(() => requireMemory(linear, many, fifth, encoder, limit)).toThrow(
      /^The scores of 400000 VALIDATION and TEST samples for 1000 labels bring this training to about 6\.\d GiB/,
    );
  });

  it('is more label texts than 100,000', () => {
    const head = { kind: 'ZERO_SHOT', prompts: ['{}', 'a {}'] };
    const config = fillRunConfig({ head, fusion: { kind: 'MEAN' } });
    expect(() => requireFewTexts(config, { ...version, numLabels: 50_000 })).not.toThrow();
    expect(() => requireFewTexts(config, { ...version, numLabels: 50_001 })).toThrow(
      'Each of 50001 labels in each of 2 `prompts` makes more than 100000 texts to embed',
    );
  });
});
