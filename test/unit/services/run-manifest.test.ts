import { expect, test } from 'vitest';
import { fillRunConfig } from '../../../src/ml/train/run-config.js';
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

test('a run without a fold has the manifest that it had before there were folds', () => {
  const { fold: _, ...before } = origin;
  expect(runManifest(origin)).toBe(sha256Of(`clipwright run 1\n${canonicalJson(before)}`));
});
