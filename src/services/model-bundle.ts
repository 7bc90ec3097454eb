import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { writeZip, type ZipSource, zipSize } from '../archives/write-zip.js';
import { manifestOfVersion, nameOfVersion } from '../db/registry.queries.js';
import type { Sql } from '../db/sql.js';
import { thresholdSetsByVersions } from '../db/threshold-sets.queries.js';
import { ENCODER_FILES, type EncoderDescription } from '../ml/clip/encoder-description.js';
import { ENCODER_FAMILIES } from '../ml/clip/encoder-family.js';
import { paddedLengths } from '../ml/clip/text-buckets.js';
import { TextTokenizer } from '../ml/clip/text-tokenizer.js';
import type { OperatingPoint } from '../ml/metrics/operating-point.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { type BundledEncoder, bundleScript, bundleUsage } from './bundle-script.js';
import { encoderOfModel } from './encoder-of-model.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';
import { inWords, type ModalityNeeds } from './modality-needs.js';
import { type ModelManifest, needsOf } from './model-manifest.js';

export interface ModelBundleDeps {
  db: Sql;
  blobs: BlobStore;
  encoders: EncoderSource;
}

export interface ModelBundle {
  /** for people and file names: "birds-3" */
  name: string;
  /** of the zip */
  sizeBytes: number;
  /** the zip */
  bytes: AsyncIterable<Uint8Array>;
}

type BundledFile = ZipSource & { sha256: string };

/**
 * Everything that a model version needs to predict elsewhere, as a zip with a script that does so. Each file is read twice: first
 * for its sums, which stand in the zip's manifest, then on its way out.
 * @returns null where there is no such version
 * @throws ENCODER_REVISION_MISSING, PRECISION_DRIFTS
 */
export async function modelBundle(
  deps: ModelBundleDeps,
  versionId: string,
): Promise<ModelBundle | null> {
  const manifest = (await manifestOfVersion(deps.db, versionId)) as ModelManifest | undefined;
  const ref = await nameOfVersion(deps.db, versionId);
  if (!manifest || !ref) return null;
  const encoder = await encoderOfModel(deps.encoders, manifest.encoder);
  const needs = needsOf(manifest);
  const files: BundledFile[] = [];
  const paths = await filePaths(encoder, needs, deps.blobs.path(manifest.headSha256 as Sha256));
  for (const [name, path] of paths) files.push(await onDisk(name, path));
  const { description, license } = encoder;
  const { geometry, normalization } = description.image;
  const { resize, crop, cropRounding, filter } = geometry;
  const bundled = await bundledEncoder(description, needs);
  files.push(
    inMemory('labels.json', json(manifest.labels)),
    inMemory('thresholds.json', json(await points(deps.db, versionId, manifest.thresholds))),
    inMemory(
      'preprocessing.json',
      json({
        resize,
        crop,
        cropRounding,
        filter,
        normalization,
        text: description.text,
        outputs: ENCODER_FAMILIES[description.family].outputs,
        dimension: description.dimension,
      }),
    ),
    inMemory('predict.py', bundleScript(bundled)),
    inMemory('README.md', readme(ref, encoder, needs, bundleUsage(bundled))),
  );
  const { encoder: space, dataset, metrics } = manifest;
  const hashes = files.map(({ path, size, sha256 }) => ({ path, sizeBytes: size, sha256 }));
  const summary = {
    model: ref,
    encoder: { ...space, license },
    dataset,
    metrics,
    needs,
    files: hashes,
  };
  files.push(inMemory('manifest.json', json(summary)));
  return { name: ref.replace('/', '-'), sizeBytes: zipSize(files), bytes: writeZip(files) };
}

async function bundledEncoder(
  description: EncoderDescription,
  needs: ModalityNeeds,
): Promise<BundledEncoder> {
  const { dimension, family, image, text } = description;
  const { outputs } = ENCODER_FAMILIES[family];
  return {
    dimension,
    image: needs.image ? { ...image, outputs: outputs.vision } : null,
    text: needs.text
      ? { preprocessing: text, padding: await padding(description), outputs: outputs.text }
      : null,
    either: needs.either,
  };
}

/** In INT8 a tower's scales are of all tokens, those of the padding too: texts are padded as they are here. */
async function padding({ directory, precision, text }: EncoderDescription) {
  if (!text.padsToContext && precision !== 'INT8') return null;
  const read = async (name: string) => JSON.parse(await readFile(resolve(directory, name), 'utf8'));
  const { tokenizer, tokenizerConfig } = ENCODER_FILES;
  const config = (await exists(resolve(directory, tokenizerConfig)))
    ? await read(tokenizerConfig)
    : null;
  const { padId } = new TextTokenizer(await read(tokenizer), config, text);
  return {
    id: padId,
    lengths: text.padsToContext ? [text.contextLength] : paddedLengths(text.contextLength),
  };
}

/** How scores become predictions, by the version's own thresholds and by each of its sets: p = σ(slope · logit + intercept). */
async function points(db: Sql, versionId: string, thresholds: readonly number[]) {
  const inFull = ({ thresholds, calibration, topK }: OperatingPoint) => ({
    thresholds,
    slopes: calibration?.slopes ?? thresholds.map(() => 1),
    intercepts: calibration?.intercepts ?? thresholds.map(() => 0),
    topK,
  });
  const sets = await thresholdSetsByVersions(db, [versionId]);
  return {
    model: inFull({ thresholds: [...thresholds], calibration: null, topK: null }),
    sets: Object.fromEntries(
      sets.map(({ name, point }) => [name, inFull(point as OperatingPoint)]),
    ),
  };
}

async function filePaths(
  { description: { directory, towers } }: UsableEncoder,
  needs: ModalityNeeds,
  head: string,
): Promise<[string, string][]> {
  const files: [string, string][] = [['head.onnx', head]];
  const addTower = async (name: string, path: string) => {
    files.push([name, path]);
    // Weights outside keep their name: the tower names them.
    const outside = `${path}_data`;
    if (await exists(outside)) files.push([basename(outside), outside]);
  };
  if (needs.image) await addTower('vision_model.onnx', resolve(directory, towers.vision));
  if (needs.text) {
    await addTower('text_model.onnx', resolve(directory, towers.text));
    const { tokenizer, tokenizerConfig } = ENCODER_FILES;
    files.push([tokenizer, resolve(directory, tokenizer)]);
    const config = resolve(directory, tokenizerConfig);
    if (await exists(config)) files.push([tokenizerConfig, config]);
  }
  return files;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function onDisk(name: string, path: string): Promise<BundledFile> {
  const hash = createHash('sha256');
  let [size, sum] = [0, 0];
  for await (const chunk of createReadStream(path)) {
    const bytes = chunk as Buffer;
    hash.update(bytes);
    size += bytes.length;
    sum = crc32(bytes, sum);
  }
  const open = () => createReadStream(path);
  return { path: name, size, crc32: sum, sha256: hash.digest('hex'), open };
}

function inMemory(name: string, text: string): BundledFile {
  const bytes = Buffer.from(text);
  return {
    path: name,
    size: bytes.length,
    crc32: crc32(bytes),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *open() {
      yield bytes;
    },
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function readme(
  ref: string,
  { id, license }: UsableEncoder,
  needs: ModalityNeeds,
  { command, packages }: ReturnType<typeof bundleUsage>,
): string {
  return `# ${ref}

A multilabel classifier that takes ${inWords(needs)}: a head on the encoder ${id}.

    pip install ${packages}
    ${command}

\`--thresholds\` takes the name of one of the threshold sets in \`thresholds.json\`, and is left out for the model's own. Scores are those of the server within 0.0001 where the same photo was decoded whole; of JPEGs many times larger than the encoder's
input the server decodes a reduced one, which moves them a little more. \`manifest.json\` has the SHA-256 of every file.

The encoder's files are under the licence of ${id}: ${license ?? 'unknown, ask where it is from'}.
`;
}
