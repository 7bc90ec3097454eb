import { expect, test } from 'vitest';
import { fillRunConfig } from '../../../src/ml/train/run-config.js';
import { canonicalJson, runManifest } from '../../../src/services/run-manifest.js';

const origin = { versionId: 'v', setId: 's', config: fillRunConfig({}), seed: 1 };

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
    { ...origin, config: fillRunConfig({ epochs: 31 }) },
    { ...origin, config: fillRunConfig({ head: { kind: 'MLP', hidden: [256] } }) },
    { ...origin, config: fillRunConfig({ head: { kind: 'MLP', hidden: [512, 512] } }) },
  ];
  expect(new Set([origin, ...others].map(runManifest)).size).toBe(7);
});
