import { createHash } from 'node:crypto';
import { sampleImages } from '../db/samples.queries.js';
import type { Sql } from '../db/sql.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { sha256ToBytes } from '../storage/sha256.js';
import type { PredictInput } from './embed-inputs.js';
import { isId } from './parse-id.js';

export interface PredictImage {
  /** index of the input */
  readonly place: number;
  /** null: not known without reading it */
  readonly sha256: Buffer | null;
  readonly source: { path: string } | { bytes: Uint8Array };
}

export function isHashed(image: PredictImage): image is PredictImage & { sha256: Buffer } {
  return image.sha256 !== null;
}

/**
 * Where the images of those inputs lie that have one, in their order.
 * @param nameOf the argument that an error names
 * @throws NOT_FOUND for a sample without a photo, BAD_USER_INPUT for an upload that is not there
 */
export async function imagesOf(
  deps: {
    db: Sql;
    blobs: BlobStore;
    uploadPath(id: string, argument: string): Promise<string>;
  },
  inputs: readonly PredictInput[],
  nameOf: (place: number, field: string) => string,
): Promise<PredictImage[]> {
  const samples = await imagesOfSamples(deps.db, inputs);
  const images: PredictImage[] = [];
  for (const [place, { image }] of inputs.entries()) {
    if (!image) continue;
    if ('bytes' in image) {
      const sha256 = createHash('sha256').update(image.bytes).digest();
      images.push({ place, sha256, source: image });
    } else if ('uploadId' in image) {
      const path = await deps.uploadPath(image.uploadId, nameOf(place, 'image.uploadId'));
      images.push({ place, sha256: null, source: { path } });
    } else {
      const sha256 = samples.get(image.sampleId.toLowerCase());
      if (!sha256) {
        throw new ClipwrightError(
          'NOT_FOUND',
          `There is no sample with a photo for \`${nameOf(place, 'image.sampleId')}\`.`,
        );
      }
      images.push({
        place,
        sha256: sha256ToBytes(sha256),
        source: { path: deps.blobs.path(sha256) },
      });
    }
  }
  return images;
}

/** @returns image digests by sample id, of those samples that have a photo */
async function imagesOfSamples(
  db: Sql,
  inputs: readonly PredictInput[],
): Promise<Map<string, Sha256>> {
  const ids = inputs
    .flatMap(({ image }) => (image && 'sampleId' in image ? [image.sampleId] : []))
    .filter(isId);
  if (ids.length === 0) return new Map();
  const rows = await sampleImages(db, ids);
  return new Map(rows.map((row) => [row.id, row.sha256 as Sha256]));
}
