import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertModelVersion } from '../../src/db/registry.queries.js';
import { describeEncoder } from '../../src/ml/clip/describe-encoder.js';
import { add, input, slice } from '../../src/ml/graph/build.js';
import { exportGraph } from '../../src/ml/onnx/export-graph.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import type { EncoderSource, UsableEncoder } from '../../src/services/encoder-source.js';
import { modelBundle } from '../../src/services/model-bundle.js';
import type { Sha256 } from '../../src/storage/blob-store.js';
import { DiskStore } from '../../src/storage/disk-store.js';
import { TINY_SIGLIP } from '../support/clip/siglip-fixtures.js';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedRun, seedSet } from './support/seed.js';
import { unpackBundle } from './support/unpack-bundle.js';

const ROOT = join(import.meta.dirname, '../..');
const CLIP_MINI = join(ROOT, 'models/clip-mini');
const KEYS = ['a', 'b', 'c'];

let api: Api;
let directory: string;
let blobs: DiskStore;
let encoder: UsableEncoder;
let installed: boolean;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clipwright-bundle-'));
  blobs = await DiskStore.open(directory);
  encoder = await encoderIn(CLIP_MINI);
  installed = true;
  api = await startApi({
    services: (db) => ({ modelBundle: (id) => modelBundle({ db, blobs, encoders }, id) }),
  });
});
afterAll(async () => {
  await api.stop();
  await rm(directory, { recursive: true });
});

async function encoderIn(folder: string): Promise<UsableEncoder> {
  return {
    id: 'clipwright/clip-mini',
    name: 'clip-mini',
    status: 'BUILT_IN',
    license: 'Apache-2.0',
    description: await describeEncoder(folder),
    variants: [],
  };
}

const encoders: EncoderSource = {
  device: async () => 'cpu',
  list: async () => [encoder],
  get: async () => (installed ? encoder : undefined),
  prepare: () => Promise.reject(new Error('FP32 needs no preparation')),
};

/** It takes both, and gives one logit for each label; `bundle-scores.test.ts` runs real ones. */
function headWithoutWeights(dimension: number): Uint8Array {
  const embeds = ['image_embeds', 'text_embeds'].map((name) => input(name, ['N', dimension]));
  const logits = slice(add(embeds[0]!, embeds[1]!), 1, 0, KEYS.length);
  return exportGraph({ outputs: { logits } });
}

let models = 0;
/** A model with a head that nobody runs. @returns its reference */
async function register(): Promise<string> {
  const { db } = api;
  const { versionId } = await seedDataset(db, { name: `photos ${models}` });
  const setId = await seedSet(db, versionId);
  const runId = await seedRun(db, { versionId, setId });
  const config = fillRunConfig({ fusion: { kind: 'CONCAT' } });
  const { description, id } = encoder;
  const headSha256 = await blobs.put(headWithoutWeights(description.dimension));
  const manifest = {
    labels: KEYS.map((key) => ({ key, name: key.toUpperCase() })),
    thresholds: [0.5, 0.5, 0.5],
    encoder: {
      id,
      revision: description.revision,
      preprocessing: description.preprocessingHash,
      precision: 'FP32',
      dimension: description.dimension,
    },
    dataset: { id: versionId, name: 'photos', version: 1, digest: 'd' },
    best: null,
    metrics: null,
    headSha256,
    fusion: 'CONCAT',
    config,
    seed: 1,
  };
  const name = `birds${models++}`;
  await db.transaction((tx) =>
    insertModelVersion(tx, { name, runIds: [runId], manifest, headSha256, sizeBytes: 1 }),
  );
  return `${name}/1`;
}

async function fetched(ref: string): Promise<Response> {
  const { data } = await api.post(
    'query($ref: String!) { modelVersion(ref: $ref) { bundleUrl } }',
    {
      ref,
    },
  );
  return api.raw(data.modelVersion.bundleUrl, { token: null });
}

/** @returns the folder that the zip was unpacked into */
async function unpacked(ref: string): Promise<string> {
  const response = await fetched(ref);
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get('content-length')).toBe(String(bytes.length));
  return unpackBundle(bytes, directory);
}

describe('a bundle', () => {
  test('has what its manifest names, and the licence of its encoder', async () => {
    const ref = await register();
    const folder = await unpacked(ref);
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      model: ref,
      encoder: { id: encoder.id, license: 'Apache-2.0', revision: encoder.description.revision },
      needs: { image: true, text: true, either: false },
    });
    const names = manifest.files.map((file: { path: string }) => file.path);
    expect(names).toEqual(
      expect.arrayContaining([
        'head.onnx',
        'image.onnx',
        'text.onnx',
        'tokenizer.json',
        'predict.py',
      ]),
    );
    for (const { path, sha256 } of manifest.files) {
      const bytes = await readFile(join(folder, path));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256 as Sha256);
    }
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain('Apache-2.0');
  });

  test('has the weights that lie outside of a tower, under the name that the tower has for them', async () => {
    const ref = await register();
    const whole = encoder;
    const copy = join(directory, 'copy');
    await cp(CLIP_MINI, copy, { recursive: true });
    await rename(join(copy, 'onnx/vision_model.onnx'), join(copy, 'onnx/vision_model_fp32.onnx'));
    await writeFile(join(copy, 'onnx/vision_model_fp32.onnx_data'), 'weights');
    const towers = { ...whole.description.towers, vision: 'onnx/vision_model_fp32.onnx' };
    encoder = { ...whole, description: { ...whole.description, directory: copy, towers } };
    const folder = await unpacked(ref).finally(() => {
      encoder = whole;
    });
    expect(await readFile(join(folder, 'vision_model_fp32.onnx_data'), 'utf8')).toBe('weights');
  });

  test('says how a SigLIP is fed: texts filled up with a token that it brings along', async () => {
    const mini = encoder;
    encoder = await encoderIn(TINY_SIGLIP);
    const ref = await register();
    const folder = await unpacked(ref).finally(() => {
      encoder = mini;
    });
    const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
    expect(await read('preprocessing.json')).toMatchObject({
      'predict.py': { resize: { kind: 'exact' }, filter: 'bicubic' },
      'image.onnx': { mean: [0.5, 0.5, 0.5] },
      'tokenizer.json': { contextLength: 64, padsToContext: true, lowercases: true },
    });
    expect(await read('tokenizer.json')).toMatchObject({
      truncation: { max_length: 64 },
      padding: { strategy: { Fixed: 64 }, pad_id: 1, pad_token: '</s>' },
      normalizer: { normalizers: [{ type: 'Lowercase' }, { type: 'Sequence' }] },
    });
  });

  test('is refused in words where the encoder is gone', async () => {
    const ref = await register();
    installed = false;
    const response = await fetched(ref);
    installed = true;
    expect(response.status).toBe(409);
    expect(await response.text()).toContain('ENCODER_REVISION_MISSING');
    expect((await api.raw('/files/bundles/x/bundle.zip?e=1&s=2', { token: null })).status).toBe(
      403,
    );
  });
});
