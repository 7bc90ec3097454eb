import { createHash } from 'node:crypto';
import type { Database } from '../db/database.js';
import type { Modality } from '../db/enums.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { type OperatingPoint, predictedAt, scoresAt } from '../ml/metrics/operating-point.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import type { ModalityNeeds } from './modality-needs.js';
import { type ModelManifest, needsOf } from './model-manifest.js';
import { imagesOf, isHashed } from './predict-images.js';
import { resolveOperatingPoint } from './resolve-operating-point.js';

export interface PredictInput {
  key: string | null;
  text: string | null;
  /** `bytes` are a client's, of any content */
  image: { bytes: Buffer } | { sampleId: string } | { uploadId: string } | null;
}

export interface LabelScore {
  labelIndex: number;
  /** probability, 0 to 1 */
  score: number;
  threshold: number;
}

export interface Prediction {
  key: string | null;
  /** at or above their threshold, best first */
  labels: LabelScore[];
  /** all, in label order */
  scores: LabelScore[];
}

/** Turns content into L2-normalised vectors [D], batching what is asked for at the same time. */
export interface Embedder {
  image(source: { path: string } | { bytes: Uint8Array }): Promise<Float32Array>;
  text(text: string): Promise<Float32Array>;
}

/** Runs a head's ONNX file on features [n, D] per modality; answers logits [n, L]. */
export interface HeadRunner {
  run(
    path: string,
    features: { image?: Float32Array; text?: Float32Array },
    count: number,
  ): Promise<Float32Array>;
}

export interface PredictDeps {
  db: Database;
  blobs: BlobStore;
  heads: HeadRunner;
  /** @throws ENCODER_REVISION_MISSING where the encoder is not there in the revision that the model was trained on */
  embedder(encoder: ModelManifest['encoder']): Promise<Embedder>;
  /** the file of a received upload @throws BAD_USER_INPUT naming the argument */
  uploadPath(id: string, argument: string): Promise<string>;
  /** Vectors that the store has already, by content; in the order asked, undefined where unknown. */
  knownVectors(
    encoder: ModelManifest['encoder'],
    modality: Modality,
    contents: readonly Buffer[],
  ): Promise<(Float32Array | undefined)[]>;
}

/** Characters of a caption: far beyond any context, and a bound for the tokenizer. */
const MAX_TEXT_LENGTH = 10_000;

/**
 * Scores inputs by one model: a registered version or a succeeded run.
 * @param thresholdSet of the version that `ref` names; null: the model's own thresholds
 * @throws NOT_FOUND for an unknown model, threshold set or sample, BAD_USER_INPUT naming the input that lacks what the model needs
 */
export async function predict(
  deps: PredictDeps,
  ref: string,
  inputs: readonly PredictInput[],
  thresholdSet: string | null = null,
): Promise<{ manifest: ModelManifest; predictions: Prediction[] }> {
  const resolved = await resolveOperatingPoint(deps.db, ref, thresholdSet);
  if (!resolved) {
    throw new ClipwrightError(
      'NOT_FOUND',
      `There is no model ${JSON.stringify(ref.slice(0, 160))}. A reference is "name/3", "name@alias", "name@latest" or "run:<id>".`,
    );
  }
  const { manifest, point } = resolved;
  if (inputs.length === 0) return { manifest, predictions: [] };
  const needs = needsOf(manifest);
  inputs.forEach((input, place) => {
    checkInput(input, place, ref, needs);
  });

  const [image, text] = await Promise.all([
    needs.image ? imageFeatures(deps, manifest, inputs) : undefined,
    needs.text ? textFeatures(deps, manifest, inputs) : undefined,
  ]);
  const logits = await deps.heads.run(
    deps.blobs.path(manifest.headSha256 as Sha256),
    { ...(image && { image }), ...(text && { text }) },
    inputs.length,
  );
  const numLabels = manifest.labels.length;
  const predictions = inputs.map((input, row) =>
    toPrediction(input, logits.subarray(row * numLabels, (row + 1) * numLabels), point),
  );
  return { manifest, predictions };
}

function isText(text: string | null): text is string {
  return typeof text === 'string' && text.trim() !== '';
}

function checkInput(input: PredictInput, place: number, ref: string, needs: ModalityNeeds): void {
  const name = `inputs[${place}]`;
  const hasText = isText(input.text);
  if (!hasText && !input.image)
    throw badUserInput(`expected \`text\` or \`image\` in \`${name}\` but received neither`);
  if (needs.text && !needs.either && !hasText) {
    throw badUserInput(
      `Model ${ref} was trained on captions${needs.image ? ' and photos' : ''}: add \`text\` to \`${name}\`.`,
    );
  }
  if (needs.image && !needs.either && !input.image) {
    throw badUserInput(
      `Model ${ref} was trained on photos${needs.text ? ' and captions' : ''}: add \`image\` to \`${name}\`.`,
    );
  }
  if (hasText && input.text!.length > MAX_TEXT_LENGTH) {
    throw badUserInput(
      `expected at most ${MAX_TEXT_LENGTH} characters for \`${name}.text\` but received ${input.text!.length}`,
    );
  }
}

/** [inputs.length, D]; zeros where an input has no image. */
async function imageFeatures(
  deps: PredictDeps,
  manifest: ModelManifest,
  inputs: readonly PredictInput[],
): Promise<Float32Array> {
  const images = await imagesOf(deps, inputs);
  const hashed = images.filter(isHashed);
  const found = await deps.knownVectors(
    manifest.encoder,
    'IMAGE',
    hashed.map(({ sha256 }) => sha256),
  );
  const known = new Map(hashed.map(({ place }, index) => [place, found[index]]));
  const embedder = await deps.embedder(manifest.encoder);
  const vectors = await Promise.all(
    images.map(async ({ place, source }) => {
      try {
        return { place, vector: known.get(place) ?? (await embedder.image(source)) };
      } catch (error) {
        if (error instanceof ClipwrightError && error.code.startsWith('IMAGE_')) {
          throw badUserInput(`\`inputs[${place}].image\`: ${error.message}`);
        }
        throw error;
      }
    }),
  );
  return pack(vectors, inputs.length, manifest.encoder.dimension);
}

/** [inputs.length, D]; zeros where an input has no text. */
async function textFeatures(
  deps: PredictDeps,
  manifest: ModelManifest,
  inputs: readonly PredictInput[],
): Promise<Float32Array> {
  const texts = inputs.flatMap(({ text }, place) => (isText(text) ? [{ place, text }] : []));
  const hashes = texts.map(({ text }) => createHash('sha256').update(text, 'utf8').digest());
  const known = await deps.knownVectors(manifest.encoder, 'TEXT', hashes);
  const embedder = await deps.embedder(manifest.encoder);
  const vectors = await Promise.all(
    texts.map(async ({ place, text }, index) => {
      return { place, vector: known[index] ?? (await embedder.text(text)) };
    }),
  );
  return pack(vectors, inputs.length, manifest.encoder.dimension);
}

function pack(
  vectors: readonly { place: number; vector: Float32Array }[],
  count: number,
  dimension: number,
): Float32Array {
  const packed = new Float32Array(count * dimension);
  for (const { place, vector } of vectors) packed.set(vector, place * dimension);
  return packed;
}

/** @param logits [L] */
function toPrediction(
  input: PredictInput,
  logits: Float32Array,
  point: OperatingPoint,
): Prediction {
  // Rounded to float32 as the scores were on which the point was fitted.
  const given = scoresAt(
    point,
    logits.map((logit) => 1 / (1 + Math.exp(-logit))),
  );
  const predicted = predictedAt(point, given);
  // Cut by rank, the last of the labels that are in is the threshold.
  const lowest = point.topK === null ? null : given[predicted.at(-1)!]!;
  const scores = Array.from(given, (score, labelIndex) => ({
    labelIndex,
    score,
    threshold: lowest ?? point.thresholds[labelIndex]!,
  }));
  return { key: input.key, labels: predicted.map((label) => scores[label]!), scores };
}
