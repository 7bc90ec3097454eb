import { type FileHandle, open } from 'node:fs/promises';
import {
  placesOfContents,
  placesOfSamples,
  type VectorPlace,
} from '../db/embedding-entries.queries.js';
import type { Sql } from '../db/sql.js';
import type { BlobStore } from '../storage/blob-store.js';
import { sha256FromBytes } from '../storage/sha256.js';

export type Modality = 'IMAGE' | 'TEXT';

const FLOAT_BYTES = 4;
const SAMPLES_AT_ONCE = 8192; // 16 MiB at 512 dimensions
const READ_BYTES = 64 * 1024 * 1024;

/** The stored vectors of these contents, in the order asked; undefined where there is none. */
export async function lookupEmbeddings(
  db: Sql,
  blobs: BlobStore,
  space: { id: string; dimension: number },
  modality: Modality,
  contents: readonly Buffer[],
): Promise<(Float32Array | undefined)[]> {
  if (contents.length === 0) return [];
  const places = await placesOfContents(db, { spaceId: space.id, modality, contents });
  const vectors = new Array<Float32Array | undefined>(contents.length).fill(undefined);
  await readVectors(blobs, places, space.dimension, (place, vector) => {
    vectors[place] = vector.slice();
  });
  return vectors;
}

/**
 * Writes the one file of a set: positions in it follow from those of the samples, so it is filled a stretch at a time.
 * @returns how many vectors went in, by modality
 */
export async function writeEmbeddingFile(
  deps: { db: Sql; blobs: BlobStore },
  path: string,
  set: { versionId: string; spaceId: string; sampleCount: number; dimension: number },
  signal: AbortSignal,
): Promise<Record<Modality, number>> {
  const { sampleCount, dimension } = set;
  const written = { IMAGE: 0, TEXT: 0 };
  const file = await open(path, 'wx', 0o600);
  try {
    for (const modality of ['IMAGE', 'TEXT'] as const) {
      const base = modality === 'IMAGE' ? 0 : sampleCount;
      for (let from = 0; from < sampleCount; from += SAMPLES_AT_ONCE) {
        signal.throwIfAborted();
        const to = Math.min(from + SAMPLES_AT_ONCE, sampleCount);
        const stretch = new Float32Array((to - from) * dimension);
        const places = await placesOfSamples(deps.db, { ...set, modality, from, to });
        await readVectors(deps.blobs, places, dimension, (place, vector) => {
          stretch.set(vector, (place - from) * dimension);
        });
        written[modality] += places.length;
        const bytes = new Uint8Array(stretch.buffer);
        await writeFully(file, bytes, (base + from) * dimension * FLOAT_BYTES);
      }
    }
  } finally {
    await file.close();
  }
  return written;
}

/** Visits the vectors at `places`, which are ordered by pack and row; rows that lie together are read together. */
async function readVectors(
  blobs: BlobStore,
  places: readonly VectorPlace[],
  dimension: number,
  visit: (place: number, vector: Float32Array) => void,
): Promise<void> {
  let file: FileHandle | undefined;
  try {
    for (let first = 0; first < places.length; ) {
      const { pack, row } = places[first]!;
      if (first === 0 || !pack.equals(places[first - 1]!.pack)) {
        await file?.close();
        file = undefined;
        file = await open(blobs.path(sha256FromBytes(pack)), 'r');
      }
      const end = endOfRun(places, first);
      const rows = places[end - 1]!.row - row + 1;
      const vectors = new Float32Array(rows * dimension);
      await readFully(file!, new Uint8Array(vectors.buffer), row * dimension * FLOAT_BYTES);
      for (const at of places.slice(first, end)) {
        const start = (at.row - row) * dimension;
        visit(at.place, vectors.subarray(start, start + dimension));
      }
      first = end;
    }
  } finally {
    await file?.close();
  }
}

/** Several samples may have one row (the same content); a gap in the rows ends the run. */
function endOfRun(places: readonly VectorPlace[], first: number): number {
  let end = first + 1;
  while (
    end < places.length &&
    places[end]!.row - places[end - 1]!.row <= 1 &&
    places[end]!.pack.equals(places[first]!.pack)
  ) {
    end++;
  }
  return end;
}

async function readFully(file: FileHandle, into: Uint8Array, from: number): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const length = Math.min(READ_BYTES, into.length - filled);
    const { bytesRead } = await file.read(into, filled, length, from + filled);
    if (bytesRead === 0) throw new Error('a file of vectors ends too early');
    filled += bytesRead;
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, to: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, to + written);
    written += bytesWritten;
  }
}
