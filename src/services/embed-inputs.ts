import { createHash } from 'node:crypto';
import type { Database } from '../db/database.js';
import type { Modality } from '../db/enums.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { BlobStore } from '../storage/blob-store.js';
import type { ModelManifest } from './model-manifest.js';
import { type PackFormat, packFormat } from './pack-format.js';
import { imagesOf, isHashed } from './predict-images.js';

export interface PredictInput {
  key: string | null;
  text: string | null;
  /** `bytes` are a client's, of any content */
  image: { bytes: Buffer } | { sampleId: string } | { uploadId: string } | null;
}

/** Turns content into L2-normalised vectors [D], each with its tokens where the encoder is to give them; batches what is asked for at once. */
export interface Embedder {
  image(source: { path: string } | { bytes: Uint8Array }): Promise<Float32Array>;
  text(text: string): Promise<Float32Array>;
}

export interface EmbedInputsDeps {
  db: Database;
  blobs: BlobStore;
  /** @throws ENCODER_REVISION_MISSING where the encoder is not there in this revision */
  embedder(encoder: ModelManifest['encoder']): Promise<Embedder>;
  /** the file of a received upload @throws BAD_USER_INPUT naming the argument */
  uploadPath(id: string, argument: string): Promise<string>;
  /** What the store has already, as an embedder gives it, by content; in the order asked, undefined where unknown. */
  knownVectors(
    encoder: ModelManifest['encoder'],
    modality: Modality,
    contents: readonly Buffer[],
  ): Promise<(Float32Array | undefined)[]>;
}

export function isText(text: string | null): text is string {
  return typeof text === 'string' && text.trim() !== '';
}

/**
 * @param nameOf the argument that an error names
 * @returns [inputs.length, D], or as many rows of tokens where the encoder is to give them; zeros where an input has no image
 * @throws NOT_FOUND for a sample without a photo, BAD_USER_INPUT for what is no image
 */
export async function imageFeatures(
  deps: EmbedInputsDeps,
  encoder: ModelManifest['encoder'],
  inputs: readonly PredictInput[],
  nameOf: (place: number, field: string) => string,
): Promise<Float32Array> {
  const images = await imagesOf(deps, inputs, nameOf);
  const hashed = images.filter(isHashed);
  const found = await deps.knownVectors(
    encoder,
    'IMAGE',
    hashed.map(({ sha256 }) => sha256),
  );
  const known = new Map(hashed.map(({ place }, index) => [place, found[index]]));
  const embedder = await deps.embedder(encoder);
  const vectors = await Promise.all(
    images.map(async ({ place, source }) => {
      try {
        return { place, vector: known.get(place) ?? (await embedder.image(source)) };
      } catch (error) {
        if (error instanceof ClipwrightError && error.code.startsWith('IMAGE_')) {
          throw badUserInput(`\`${nameOf(place, 'image')}\`: ${error.message}`);
        }
        throw error;
      }
    }),
  );
  return pack(vectors, inputs.length, packFormat(encoder, 'IMAGE'));
}

/** The same of texts. */
export async function textFeatures(
  deps: EmbedInputsDeps,
  encoder: ModelManifest['encoder'],
  inputs: readonly PredictInput[],
): Promise<Float32Array> {
  const texts = inputs.flatMap(({ text }, place) => (isText(text) ? [{ place, text }] : []));
  const hashes = texts.map(({ text }) => createHash('sha256').update(text, 'utf8').digest());
  const known = await deps.knownVectors(encoder, 'TEXT', hashes);
  const embedder = await deps.embedder(encoder);
  const vectors = await Promise.all(
    texts.map(async ({ place, text }, index) => {
      return { place, vector: known[index] ?? (await embedder.text(text)) };
    }),
  );
  return pack(vectors, inputs.length, packFormat(encoder, 'TEXT'));
}

function pack(
  vectors: readonly { place: number; vector: Float32Array }[],
  count: number,
  { dimension, tokenValues }: PackFormat,
): Float32Array {
  const length = tokenValues || dimension;
  const packed = new Float32Array(count * length);
  for (const { place, vector } of vectors) {
    packed.set(tokenValues > 0 ? vector.subarray(dimension) : vector, place * length);
  }
  return packed;
}
