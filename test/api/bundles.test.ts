import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openZip } from '../../src/archives/zip-archive.js';
import { insertModelVersion } from '../../src/db/registry.queries.js';
import { describeEncoder } from '../../src/ml/clip/describe-encoder.js';
import { Rng } from '../../src/ml/data/rng.js';
import { input } from '../../src/ml/graph/build.js';
import type { TensorData } from '../../src/ml/graph/dtype.js';
import { sizeOf } from '../../src/ml/graph/shape.js';
import { initialize } from '../../src/ml/nn/initializer.js';
import { Scope } from '../../src/ml/nn/scope.js';
import { ImageProcess } from '../../src/ml/processes/image-process.js';
import { PlannedInfer } from '../../src/ml/processes/planned-infer.js';
import { exportHead } from '../../src/ml/train/export-head.js';
import { buildLogits } from '../../src/ml/train/model.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { Embedders } from '../../src/services/embedders.js';
import type { EncoderSource, UsableEncoder } from '../../src/services/encoder-source.js';
import { headRunner } from '../../src/services/head-runner.js';
import { modelBundle } from '../../src/services/model-bundle.js';
import { type PredictDeps, predict } from '../../src/services/predict.js';
import type { Sha256 } from '../../src/storage/blob-store.js';
import { DiskStore } from '../../src/storage/disk-store.js';
import { TINY_SIGLIP } from '../support/clip/siglip-fixtures.js';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedRun, seedSet } from './support/seed.js';

/** A Python with onnxruntime, numpy, Pillow and tokenizers. */
const PYTHON = process.env.CLIPWRIGHT_TEST_PYTHON;
const ROOT = join(import.meta.dirname, '../..');
const CLIP_MINI = join(ROOT, 'models/clip-mini');
const FIXTURES = join(ROOT, 'test/fixtures/clip-mini');
/** More than the context holds. */
const LONG = 'A red BIRD on a branch, naïve; and much more than would be there. '.repeat(12);
const KEYS = ['a', 'b', 'c'];

let api: Api;
let directory: string;
let blobs: DiskStore;
let encoder: UsableEncoder;
let installed: boolean;
let images: ImageProcess;
let infer: PlannedInfer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clipwright-bundle-'));
  blobs = await DiskStore.open(directory);
  images = new ImageProcess({ threads: 1 });
  infer = new PlannedInfer({ threads: 1 });
  encoder = await encoderIn(CLIP_MINI);
  installed = true;
  api = await startApi({
    services: (db) => ({ modelBundle: (id) => modelBundle({ db, blobs, encoders }, id) }),
  });
});
afterAll(async () => {
  await Promise.all([api.stop(), images.close(), infer.close()]);
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

function head(config: ReturnType<typeof fillRunConfig>): Uint8Array {
  const { dimension } = encoder.description;
  const embeds = {
    image: input('image_embeds', ['N', dimension]),
    text: input('text_embeds', ['N', dimension]),
  };
  const scope = new Scope(null);
  buildLogits(scope, embeds, config, { numLabels: KEYS.length });
  const rng = Rng.fromSeed(3);
  const weights: Record<string, TensorData> = {};
  for (const { name, shape, initializer } of scope.parameters) {
    const data = initialize(initializer, sizeOf(shape), rng).map(
      (x) => 4 * x + (rng.uniform() - 0.5) / 10,
    );
    weights[name] = { dtype: 'float32', shape, data };
  }
  const dims = { embeds: { image: dimension, text: dimension }, numLabels: KEYS.length };
  return exportHead(config, dims, weights);
}

let models = 0;
async function register(): Promise<{ ref: string; deps: PredictDeps }> {
  const { db } = api;
  const { versionId } = await seedDataset(db, { name: `photos ${models}` });
  const setId = await seedSet(db, versionId);
  const runId = await seedRun(db, { versionId, setId });
  const config = fillRunConfig({ fusion: { kind: 'CONCAT' } });
  const headSha256 = await blobs.put(head(config));
  const { description, id } = encoder;
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
  const embedders = new Embedders({ db, blobs, encoders, images, runner: infer });
  const deps: PredictDeps = {
    db,
    blobs,
    heads: headRunner(infer, 0),
    embedder: (of) => embedders.embedder(of),
    uploadPath: () => Promise.reject(new Error('no uploads here')),
    knownVectors: async (_encoder, _modality, contents) => contents.map(() => undefined),
  };
  return { ref: `${name}/1`, deps };
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
  const path = join(directory, 'bundle.zip');
  await writeFile(path, bytes);
  const zip = await openZip(path, { entries: 100, bytes: 1e9 });
  const into = await mkdtemp(join(directory, 'unpacked-'));
  for (const name of zip.paths) {
    const parts: Buffer[] = [];
    for await (const part of zip.stream(name)) parts.push(part);
    await mkdir(dirname(join(into, name)), { recursive: true });
    await writeFile(join(into, name), Buffer.concat(parts));
  }
  await zip.close();
  return into;
}

describe('a bundle', () => {
  test('has what its manifest names, and the licence of its encoder', async () => {
    const { ref } = await register();
    const folder = await unpacked(ref);
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      model: ref,
      encoder: { id: encoder.id, license: 'Apache-2.0', revision: encoder.description.revision },
      needs: { image: true, text: true, either: false },
    });
    const names = manifest.files.map((file: { path: string }) => file.path);
    expect(names).toEqual(
      expect.arrayContaining(['head.onnx', 'vision_model.onnx', 'text_model.onnx', 'predict.py']),
    );
    for (const { path, sha256 } of manifest.files) {
      const bytes = await readFile(join(folder, path));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256 as Sha256);
    }
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain('Apache-2.0');
  });

  test('has the weights that lie outside of a tower, under the name that the tower has for them', async () => {
    const { ref } = await register();
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
    const tower = await readFile(join(folder, 'vision_model.onnx'));
    // Compared as a whole: megabytes, byte by byte, would take the matcher minutes.
    expect(tower.equals(await readFile(join(CLIP_MINI, 'onnx/vision_model.onnx')))).toBe(true);
  });

  test('says how a SigLIP is fed: texts filled up with a token that it brings along', async () => {
    const mini = encoder;
    encoder = await encoderIn(TINY_SIGLIP);
    const { ref } = await register();
    const folder = await unpacked(ref).finally(() => {
      encoder = mini;
    });
    expect(JSON.parse(await readFile(join(folder, 'preprocessing.json'), 'utf8'))).toMatchObject({
      filter: 'bicubic',
      text: { contextLength: 64, padsToContext: true, lowercases: true },
      outputs: { text: ['pooler_output', 'text_embeds'] },
    });
    const { pad_token } = JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8'));
    expect(pad_token).toBe('</s>');
  });

  test('is refused in words where the encoder is gone', async () => {
    const { ref } = await register();
    installed = false;
    const response = await fetched(ref);
    installed = true;
    expect(response.status).toBe(409);
    expect(await response.text()).toContain('ENCODER_REVISION_MISSING');
    expect((await api.raw('/files/bundles/x/bundle.zip?e=1&s=2', { token: null })).status).toBe(
      403,
    );
  });

  // A trial by hand: Python and its packages are no part of the project's set-up. docs/recipes/take-a-model-elsewhere.md
  if (PYTHON) {
    test.each([
      ['clip-mini', CLIP_MINI],
      ['a SigLIP', TINY_SIGLIP],
    ])(
      'of %s gives the server’s scores in Python',
      async (_, from) => {
        const mini = encoder;
        encoder = await encoderIn(from);
        onTestFinished(() => {
          encoder = mini;
        });
        const { ref, deps } = await register();
        const folder = await unpacked(ref);
        // None that becomes wider and lower at once: from 13 on, Pillow resamples those vertically first.
        const inputs = [
          { photo: join(FIXTURES, 'image-2.png'), text: LONG },
          { photo: join(FIXTURES, 'image-5.png'), text: 'Zwei Hunde' },
        ];
        const firsts: number[] = [];
        let largest = 0;
        for (const { photo, text } of inputs) {
          const args = ['predict.py', '--image', photo, '--text', text];
          const { stdout } = await promisify(execFile)(PYTHON!, args, { cwd: folder });
          const found = JSON.parse(stdout) as {
            scores: Record<string, number>;
            predicted: string[];
          };
          const image = { bytes: await readFile(photo) };
          const { predictions } = await predict(deps, ref, [{ key: null, text, image }]);
          const { scores, labels } = predictions[0]!;
          expect(found.predicted).toEqual(labels.map(({ labelIndex }) => KEYS[labelIndex]));
          for (const { labelIndex, score } of scores) {
            largest = Math.max(largest, Math.abs(found.scores[KEYS[labelIndex]!]! - score));
          }
          firsts.push(scores[0]!.score);
        }
        expect(largest).toBeLessThan(1e-4);
        // The scores depend on what goes in: equal ones would prove nothing.
        console.log('scores of the first label, and the largest distance:', firsts, largest);
        expect(Math.abs(firsts[0]! - firsts[1]!)).toBeGreaterThan(1e-3);
      },
      60_000,
    );
  }
});
