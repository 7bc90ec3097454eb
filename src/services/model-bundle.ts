import { readFile } from 'node:fs/promises';
import { writeZip, zipSize } from '../archives/write-zip.js';
import { manifestOfVersion, nameOfVersion } from '../db/registry.queries.js';
import type { Sql } from '../db/sql.js';
import { thresholdSetsByVersions } from '../db/threshold-sets.queries.js';
import type { EncoderDescription } from '../ml/clip/encoder-description.js';
import type { OperatingPoint } from '../ml/metrics/operating-point.js';
import { exportDecision } from '../ml/train/export-decision.js';
import { type HeadInput, headInput } from '../ml/train/export-head.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { bundleReadme } from './bundle-readme.js';
import { bundleScript } from './bundle-script.js';
import { type BundledFile, inJson, inMemory } from './bundled-file.js';
import { imageFiles, textFiles } from './bundled-towers.js';
import { encoderOfModel } from './encoder-of-model.js';
import type { EncoderSource } from './encoder-source.js';
import type { ModalityNeeds } from './modality-needs.js';
import { headInputOf, type ModelManifest, needsOf } from './model-manifest.js';

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

/**
 * Everything that a model version needs to predict elsewhere, as a zip with a script that does so. Each file is made twice: first
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
  const { description, license } = encoder;
  const needs = needsOf(manifest);
  const input = headInputOf(manifest);
  const numLabels = manifest.labels.length;
  const head = await readFile(deps.blobs.path(manifest.headSha256 as Sha256));
  const files: BundledFile[] = [
    inMemory('head.onnx', exportDecision(head, numLabels, needs.either)),
    ...(needs.image ? await imageFiles(description) : []),
    ...(needs.text ? await textFiles(description) : []),
    inJson('labels.json', manifest.labels),
    inJson('thresholds.json', await points(deps.db, versionId, manifest.thresholds)),
    inJson('preprocessing.json', preprocessing(description, needs)),
    inMemory('predict.py', bundleScript(needs, description.image.geometry, input)),
    inMemory('README.md', bundleReadme(ref, encoder, needs)),
  ];
  const { encoder: space, dataset, metrics, headSha256 } = manifest;
  const summary = {
    model: ref,
    encoder: { ...space, license },
    // Of the head as it was registered; head.onnx has the operating point behind it.
    headSha256,
    dataset,
    metrics,
    needs,
    inputs: inputsOf(needs, input),
    files: files.map(({ path, size, sha256 }) => ({ path, sizeBytes: size, sha256 })),
  };
  files.push(inJson('manifest.json', summary));
  return { name: ref.replace('/', '-'), sizeBytes: zipSize(files), bytes: writeZip(files) };
}

/** How scores become predictions, by each of the version's sets, and under no name by its own thresholds: inputs of head.onnx. */
async function points(db: Sql, versionId: string, thresholds: readonly number[]) {
  const inFull = ({ thresholds, calibration, topK }: OperatingPoint) => ({
    thresholds,
    slopes: calibration?.slopes ?? thresholds.map(() => 1),
    intercepts: calibration?.intercepts ?? thresholds.map(() => 0),
    topK: [topK ?? thresholds.length],
  });
  const own = inFull({ thresholds: [...thresholds], calibration: null, topK: null });
  const sets = await thresholdSetsByVersions(db, [versionId]);
  const named = sets.map(({ name, point }) => [name, inFull(point as OperatingPoint)] as const);
  return Object.fromEntries([['', own] as const, ...named]);
}

/** What is done to a photo and a caption, and by which of the files. */
function preprocessing(
  { image, text }: EncoderDescription,
  { image: seesImage, text: readsText }: ModalityNeeds,
) {
  const { resize, filter, crop, cropRounding } = image.geometry;
  return {
    ...(seesImage && {
      'predict.py': { resize, filter },
      'image.onnx': { crop, cropRounding, ...image.normalization },
    }),
    ...(readsText && { 'tokenizer.json': text }),
  };
}

/** What the graphs take, in words. */
function inputsOf({ image, text, either }: ModalityNeeds, input: HeadInput) {
  const taken = [image && headInput('image', input), text && headInput('text', input)];
  return {
    ...(image && { 'image.onnx': 'image: uint8 [1, height, width, 3], RGB of the resized photo' }),
    ...(text && { 'text.onnx': 'text: int64 [1, tokens], as tokenizer.json gives them' }),
    'head.onnx': `${taken.filter(Boolean).join(', ')}: float32 [1, n], what the towers give${either ? ', or [1, 0] for what is missing' : ''}; and a set of thresholds.json`,
  };
}
