import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertModelVersion } from '../../src/db/registry.queries.js';
import { insertThresholdSet } from '../../src/db/threshold-sets.queries.js';
import type { EncoderDescription } from '../../src/ml/clip/encoder-description.js';
import { Rng } from '../../src/ml/data/rng.js';
import { input } from '../../src/ml/graph/build.js';
import type { TensorData } from '../../src/ml/graph/dtype.js';
import { sizeOf } from '../../src/ml/graph/shape.js';
import type { OperatingPoint } from '../../src/ml/metrics/operating-point.js';
import { isOverTokens } from '../../src/ml/nn/heads/table.js';
import { initialize } from '../../src/ml/nn/initializer.js';
import type { Modality } from '../../src/ml/nn/modality.js';
import { Scope } from '../../src/ml/nn/scope.js';
import { tokenRowLength } from '../../src/ml/nn/token-shape.js';
import { ImageProcess } from '../../src/ml/processes/image-process.js';
import { PlannedInfer } from '../../src/ml/processes/planned-infer.js';
import { quantiseTowers } from '../../src/ml/processes/quantise-towers.js';
import { exportEnsemble } from '../../src/ml/train/export-ensemble.js';
import { exportHead } from '../../src/ml/train/export-head.js';
import { buildLogits } from '../../src/ml/train/model.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { chooseEncoder } from '../../src/services/choose-encoder.js';
import { Embedders } from '../../src/services/embedders.js';
import type { UsableEncoder } from '../../src/services/encoder-source.js';
import { headRunner } from '../../src/services/head-runner.js';
import { LocalEncoders } from '../../src/services/local-encoders.js';
import { modelBundle } from '../../src/services/model-bundle.js';
import { PreciseEncoders } from '../../src/services/precise-encoders.js';
import { type PredictDeps, predict } from '../../src/services/predict.js';
import { VariantStore } from '../../src/services/variant-store.js';
import { DiskStore } from '../../src/storage/disk-store.js';
import { TINY_CLIP } from '../support/clip/fixtures.js';
import { TINY_SIGLIP } from '../support/clip/siglip-fixtures.js';
import { tinyClipWithTokens } from '../support/clip/with-token-output.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { seedDataset, seedRun, seedSet } from './support/seed.js';
import { unpackBundle } from './support/unpack-bundle.js';

/** A Python with onnxruntime, numpy, Pillow and tokenizers. `.ci/run` makes one. */
const PYTHON = process.env.CLIPWRIGHT_TEST_PYTHON;
const ROOT = join(import.meta.dirname, '../..');
const IMAGES = join(ROOT, 'test/fixtures/clip/images');
const MINI = 'clipwright/clip-mini';
/** As a download leaves it. */
const TINY = 'openai/tiny-clip';
const SIGLIP = 'google/tiny-siglip';
/** The same, with tokens. */
const TOKENS = 'openai/tiny-clip-with-tokens';
const KEYS = ['a', 'b', 'c'];
const CALIBRATED: OperatingPoint = {
  thresholds: [0.4, 0.5, 0.6],
  calibration: { slopes: [0.7, 1.3, 1], intercepts: [0.2, -0.4, 0] },
  topK: null,
};
const RANKED: OperatingPoint = { thresholds: [0, 0, 0], calibration: null, topK: 2 };

let base: TestDatabase;
let directory: string;
let blobs: DiskStore;
let encoders: PreciseEncoders;
let images: ImageProcess;
let infer: PlannedInfer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clipwright-bundles-'));
  base = await createTestDatabase({ connections: 4 });
  blobs = await DiskStore.open(directory);
  images = new ImageProcess({ threads: 1 });
  infer = new PlannedInfer({ threads: 1 });
  const hub = join(directory, 'hub');
  await cp(TINY_CLIP, join(hub, TINY), { recursive: true });
  await cp(TINY_SIGLIP, join(hub, SIGLIP), { recursive: true });
  await tinyClipWithTokens(join(hub, TOKENS));
  for (const tower of ['vision', 'text']) {
    const onnx = join(hub, TINY, 'onnx');
    await cp(join(onnx, `${tower}_model.onnx`), join(onnx, `${tower}_model_fp16.onnx`));
  }
  encoders = new PreciseEncoders({
    encoders: new LocalEncoders(
      { builtIn: join(ROOT, 'models'), local: join(directory, 'none'), hub },
      { license: () => 'MIT', onUnusable: () => {} },
    ),
    store: new VariantStore(join(directory, 'precisions')),
    runner: infer,
    quantise: quantiseTowers,
    device: async () => 'cpu',
  });
});
afterAll(async () => {
  await Promise.all([base.drop(), images.close(), infer.close()]);
  await rm(directory, { recursive: true });
});

type Config = ReturnType<typeof fillRunConfig>;

function headOf(config: Config, description: EncoderDescription, seed: number): Uint8Array {
  const tokens = isOverTokens(config.head) ? description.tokenShapes : undefined;
  const length = (modality: Modality) =>
    tokens ? tokenRowLength(tokens[modality]!) : description.dimension;
  const dims = {
    embeds: { image: length('image'), text: length('text') },
    ...(tokens && { tokens }),
    numLabels: KEYS.length,
  };
  const features = {
    image: input('image', ['N', dims.embeds.image]),
    text: input('text', ['N', dims.embeds.text]),
  };
  const scope = new Scope(null);
  buildLogits(scope, features, config, dims);
  const rng = Rng.fromSeed(seed);
  const weights: Record<string, TensorData> = {};
  for (const { name, shape, initializer } of scope.parameters) {
    const data = initialize(initializer, sizeOf(shape), rng).map(
      (x) => 4 * x + (rng.uniform() - 0.5) / 10,
    );
    weights[name] = { dtype: 'float32', shape, data };
  }
  return exportHead(config, dims, weights);
}

let models = 0;
/** @returns the reference and the folder that the bundle was unpacked into */
async function bundled(
  encoder: UsableEncoder,
  configs: readonly object[],
  sets: Record<string, OperatingPoint> = {},
) {
  const { db } = base;
  const { versionId } = await seedDataset(db, { name: `photos ${models}` });
  const setId = await seedSet(db, versionId);
  const runIds: string[] = [];
  for (const _ of configs) runIds.push(await seedRun(db, { versionId, setId }));
  const filled = configs.map((config) => fillRunConfig(config));
  const heads = filled.map((config, at) => headOf(config, encoder.description, 3 + at));
  const headSha256 = await blobs.put(heads.length === 1 ? heads[0]! : exportEnsemble(heads));
  const manifest = {
    labels: KEYS.map((key) => ({ key, name: key.toUpperCase() })),
    thresholds: [0.5, 0.5, 0.5],
    encoder: {
      id: encoder.id,
      ...encoder.description,
      preprocessing: encoder.description.preprocessingHash,
      ...(filled.some(({ head }) => isOverTokens(head)) && {
        tokens: encoder.description.tokenShapes,
      }),
    },
    dataset: { id: versionId, name: 'photos', version: 1, digest: 'd' },
    best: null,
    metrics: null,
    headSha256,
    ...(filled.length === 1
      ? { fusion: filled[0]!.fusion.kind, config: filled[0], seed: 1 }
      : { members: filled.map((config, at) => ({ runId: runIds[at]!, config, seed: 1 })) }),
  };
  const name = `birds${models++}`;
  const of = await db.transaction((tx) =>
    insertModelVersion(tx, { name, runIds, manifest, headSha256, sizeBytes: 1 }),
  );
  const settings = { kind: 'FIXED', value: 0.5, k: null, calibration: 'NONE' };
  for (const [set, point] of Object.entries(sets)) {
    await db.transaction((tx) =>
      insertThresholdSet(tx, {
        versionId: of,
        name: set,
        settings,
        point,
        warnings: [],
        metrics: null,
      }),
    );
  }
  const bundle = (await modelBundle({ db, blobs, encoders }, of))!;
  return { ref: `${name}/1`, folder: await unpackBundle(bundle.bytes, directory) };
}

const chosen = (id: string, precision: 'FP32' | 'FP16' | 'INT8' = 'FP32') =>
  chooseEncoder(encoders, id, precision);
const CONCAT = { fusion: { kind: 'CONCAT' } };
const PHOTO = { fusion: { kind: 'IMAGE_ONLY' } };
const CAPTION = { fusion: { kind: 'TEXT_ONLY' } };
const OVER_TOKENS_HEAD = { head: { kind: 'TOKEN_QUERY', width: 16, heads: 2 } };
const OVER_TOKENS = { ...CONCAT, ...OVER_TOKENS_HEAD };
const EITHER = { fusion: { kind: 'CONCAT', modalityDropout: 0.3 } };

describe('a bundle', () => {
  test('has its threshold sets, and a script that reads none but what the model takes', async () => {
    const sets = { careful: CALIBRATED, two: RANKED };
    const { folder } = await bundled(await chosen(MINI), [PHOTO], sets);
    expect(JSON.parse(await readFile(join(folder, 'thresholds.json'), 'utf8'))).toEqual({
      '': { thresholds: [0.5, 0.5, 0.5], slopes: [1, 1, 1], intercepts: [0, 0, 0], topK: [3] },
      careful: { thresholds: [0.4, 0.5, 0.6], ...CALIBRATED.calibration, topK: [3] },
      two: { thresholds: [0, 0, 0], slopes: [1, 1, 1], intercepts: [0, 0, 0], topK: [2] },
    });
    const script = await readFile(join(folder, 'predict.py'), 'utf8');
    expect(script).not.toMatch(/"text"|tokenizers/);
  });

  test.each([
    ['photos and captions', MINI, CONCAT],
    ['either, photos resized by their shorter side', TINY, EITHER],
    ['either, photos resized to a square', SIGLIP, EITHER],
    ['tokens of either', TOKENS, { ...EITHER, ...OVER_TOKENS_HEAD }],
  ])('has a script of ten lines: %s', async (_, id, config) => {
    const { folder } = await bundled(await chosen(id), [config]);
    const script = await readFile(join(folder, 'predict.py'), 'utf8');
    const lines = script.split('\n').filter((line) => !/^\s*(#|import |from |$)/.test(line));
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(Math.max(...script.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(150);
    expect(lines.join('\n')).not.toContain(';');
  });

  test('has the towers of its precision', async () => {
    const sizes: number[] = [];
    for (const precision of ['INT8', 'FP16'] as const) {
      const encoder = await chosen(TINY, precision);
      const { folder } = await bundled(encoder, [CONCAT]);
      const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
      expect(manifest.encoder).toMatchObject({ id: TINY, precision, license: 'MIT' });
      const { directory: own, towers } = encoder.description;
      const { size } = await stat(resolve(own, towers.vision));
      const bundledSize = (await stat(join(folder, 'image.onnx'))).size;
      // Some nodes more.
      expect(Math.abs(bundledSize - size)).toBeLessThan(10_000);
      sizes.push(size);
    }
    expect(sizes[1]! - sizes[0]!).toBeGreaterThan(10_000);
  });

  // Python and its packages are no part of the project's set-up.
  if (PYTHON) {
    /** What goes wrong first: sizes, orientation, colours; long and empty-ish texts. */
    const PHOTOS = [
      'syn-500x3.png',
      'syn-exif6.jpg',
      'syn-rgba.png',
      'syn-gray.jpg',
      'syn-1x1.png',
    ];
    const TEXTS = [
      'a bird',
      `${'naïve RED birds, '.repeat(40)}`,
      'Zwei Hunde 🐕 am Fluß',
      '.',
      'Ünïcode',
    ];
    const both = PHOTOS.map((photo, at) => ({ photo, text: TEXTS[at]! }));
    type Given = { photo?: string; text?: string; thresholds?: string };

    function python(folder: string, args: readonly string[], stdin = ''): unknown {
      const run = spawnSync(PYTHON!, args, { cwd: folder, input: stdin, encoding: 'utf8' });
      expect(run.status, run.stderr).toBe(0);
      return JSON.parse(run.stdout);
    }

    type Found = { predicted: string[]; scores: Record<string, number> };
    const argsOf = ({ photo, text, thresholds }: Given) => [
      ...(photo ? ['--image', join(IMAGES, photo)] : []),
      ...(text ? ['--text', text] : []),
      ...(thresholds ? ['--thresholds', thresholds] : []),
    ];
    /** Runs the script as often as there are lists of arguments, in one process. */
    const RUN_EACH = `
import contextlib, io, json, runpy, sys
found = []
for args in json.load(sys.stdin):
    sys.argv[1:] = args
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path("predict.py", run_name="__main__")
    found.append(json.loads(out.getvalue()))
print(json.dumps(found))`;

    function predicted(folder: string, given: readonly Given[]) {
      return python(folder, ['-c', RUN_EACH], JSON.stringify(given.map(argsOf))) as Found[];
    }

    async function expectSame(ref: string, folder: string, given: readonly Given[]) {
      const found = predicted(folder, given);
      const { db } = base;
      const embedders = new Embedders({ db, blobs, encoders, images, runner: infer });
      const deps: PredictDeps = {
        db,
        blobs,
        heads: headRunner(infer, 0),
        embedder: (of) => embedders.embedder(of),
        uploadPath: () => Promise.reject(new Error('no uploads here')),
        knownVectors: async (_encoder, _modality, contents) => contents.map(() => undefined),
      };
      const firsts = new Set<number>();
      for (const [at, { photo, text, thresholds }] of given.entries()) {
        const image = photo ? { bytes: await readFile(join(IMAGES, photo)) } : null;
        const inputs = [{ key: null, text: text ?? null, image }];
        const { predictions } = await predict(deps, ref, inputs, thresholds ?? null);
        const { scores, predicted: keys } = found[at]!;
        expect(keys).toEqual(predictions[0]!.labels.map(({ labelIndex }) => KEYS[labelIndex]));
        for (const { labelIndex, score } of predictions[0]!.scores) {
          expect(Math.abs(scores[KEYS[labelIndex]!]! - score)).toBeLessThan(1e-4);
        }
        firsts.add(predictions[0]!.scores[0]!.score);
      }
      // The scores depend on what goes in: equal ones would prove nothing.
      expect(firsts.size).toBeGreaterThan(1);
    }

    test.each<[string, string, 'FP32' | 'FP16' | 'INT8', object[], Given[]]>([
      ['photos', MINI, 'FP32', [PHOTO], PHOTOS.map((photo) => ({ photo }))],
      ['captions', MINI, 'FP32', [CAPTION], TEXTS.map((text) => ({ text }))],
      ['either', MINI, 'FP32', [EITHER], [both[0]!, { text: TEXTS[2]! }, { photo: PHOTOS[1]! }]],
      ['both, of a downloaded encoder', TINY, 'FP32', [CONCAT], both],
      ['an ensemble', TINY, 'FP32', [CONCAT, PHOTO, CAPTION], both],
      ['INT8 made here', TINY, 'INT8', [CONCAT], both],
      // Its input is so small that the server reduces these JPEGs while it decodes them.
      ['SigLIP', SIGLIP, 'FP32', [CONCAT], both.filter(({ photo }) => photo.endsWith('.png'))],
      ['FP16', TINY, 'FP16', [CONCAT], both],
      ['tokens', TOKENS, 'FP32', [OVER_TOKENS], both],
      [
        'tokens of either',
        TOKENS,
        'FP32',
        [{ ...EITHER, ...OVER_TOKENS_HEAD }],
        [both[0]!, { text: TEXTS[1]! }, { photo: PHOTOS[1]! }],
      ],
      ['tokens in INT8', TOKENS, 'INT8', [OVER_TOKENS], both],
      [
        'tokens of a SigLIP',
        SIGLIP,
        'FP32',
        [OVER_TOKENS],
        both.filter(({ photo }) => photo.endsWith('.png')),
      ],
    ])(
      'gives the server’s scores in Python: %s',
      async (_, id, precision, configs, given) => {
        const { ref, folder } = await bundled(await chosen(id, precision), configs);
        await expectSame(ref, folder, given);
      },
      120_000,
    );

    test('says the same on the command line', async () => {
      const { folder } = await bundled(await chosen(MINI), [CONCAT]);
      // From wherever it is called.
      expect(python(directory, [join(folder, 'predict.py'), ...argsOf(both[1]!)])).toEqual(
        predicted(folder, [both[1]!])[0],
      );
    });

    test('gives the server’s scores in Python by its threshold sets', async () => {
      const sets = { careful: CALIBRATED, two: RANKED };
      const { ref, folder } = await bundled(await chosen(TINY), [CONCAT], sets);
      const names = [...Object.keys(sets), undefined];
      const given = both.flatMap((each) =>
        names.map((thresholds) => ({ ...each, ...(thresholds && { thresholds }) })),
      );
      await expectSame(ref, folder, given);
    }, 120_000);
  }
});
