import { expect, test } from 'vitest';
import { fillRunConfig, readRunConfig } from '../../../src/ml/train/run-config.js';
import { canonicalJson, runManifest } from '../../../src/services/run-manifest.js';
import { sha256Of } from '../../../src/storage/sha256.js';

const origin = { versionId: 'v', setId: 's', config: fillRunConfig({}), seed: 1, fold: null };

test('a manifest does not depend on the order of keys, which the database does not keep', () => {
  const { head, ...rest } = origin.config;
  const reversed = { ...rest, head: Object.fromEntries(Object.entries(head).reverse()) };
  expect(runManifest({ ...origin, config: reversed as typeof origin.config })).toBe(
    runManifest(origin),
  );
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe(
    '{"a":"x","b":[{"c":null,"d":1}]}',
  );
});

test('a manifest depends on everything that a run is made from', () => {
  const others = [
    { ...origin, versionId: 'w' },
    { ...origin, setId: 't' },
    { ...origin, seed: 2 },
    { ...origin, fold: { count: 5, index: 0, seed: 1 } },
    { ...origin, fold: { count: 5, index: 1, seed: 1 } },
    { ...origin, fold: { count: 5, index: 0, seed: 2 } },
    { ...origin, config: fillRunConfig({ epochs: 31 }) },
    { ...origin, config: fillRunConfig({ head: { kind: 'MLP', hidden: [256] } }) },
    { ...origin, config: fillRunConfig({ head: { kind: 'MLP', hidden: [512, 512] } }) },
  ];
  expect(new Set([origin, ...others].map(runManifest)).size).toBe(10);
});

test('the configuration of a stored run has the manifest that it was stored with', () => {
  // As the version before wrote it, with its manifest: options of all schedules, those without effect as they were given.
  const stored = (optimizer: object) => ({
    head: { kind: 'LINEAR', coupling: 0 },
    fusion: { kind: 'CONCAT', modalityDropout: 0 },
    loss: { kind: 'BCE', positiveWeights: false, labelSmoothing: 0 },
    optimizer: {
      kind: 'ADAMW',
      learningRate: 0.001,
      weightDecay: 0.01,
      clipNorm: 0,
      averageDecay: 0,
      schedule: 'CONSTANT',
      warmupEpochs: 1,
      stepEpochs: 10,
      stepFactor: 0.1,
      ...optimizer,
    },
    mixup: 0,
    epochs: 30,
    batchSize: 256,
    earlyStopping: { metric: 'MEAN_AVERAGE_PRECISION', patience: 5 },
    thresholds: { kind: 'PER_LABEL' },
    deterministic: false,
  });
  const usual = 'b4f0ba498b0e525a1ac6793a7a5246ad64bfe873e27f28f454347d1bd59324d5';
  expect(runManifest({ ...origin, config: readRunConfig(stored({})) })).toBe(usual);
  const asked = fillRunConfig({ head: { kind: 'LINEAR' } });
  expect(runManifest({ ...origin, config: asked })).toBe(usual);
  expect(runManifest({ ...origin, config: readRunConfig(stored({ stepEpochs: 3 })) })).toBe(
    '01e5e89797a45410ef34852b011cfb9faf211ea665e3fc0ea96b20941d7e2f88',
  );
});

test('a run without a fold has the manifest that it had before there were folds', () => {
  const { fold: _, ...before } = origin;
  expect(runManifest(origin)).toBe(sha256Of(`clipwright run 1\n${canonicalJson(before)}`));
});
