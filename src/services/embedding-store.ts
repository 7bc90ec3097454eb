import { type FileHandle, open } from 'node:fs/promises';
import {
  placesOfContents,
  placesOfSamples,
  type VectorPlace,
} from '../db/embedding-entries.queries.js';
import type { Modality } from '../db/enums.js';
import type { Sql } from '../db/sql.js';
import type { BlobStore } from '../storage/blob-store.js';
import { sha256FromBytes } from '../storage/sha256.js';
import {
  decodePackRow,
  packFormat,
  packRowBytes,
  type SpaceFormat,
  tokenBytes,
  vectorBytes,
} from './pack-format.js';

/** Of a set's files, written at once. */
const STRETCH_BYTES = 16 * 1024 * 1024;
const READ_BYTES = 64 * 1024 * 1024;

/** What is stored of these contents, as encoders give it, in the order asked; undefined where there is nothing. */
export async function lookupEmbeddings(
  db: Sql,
  blobs: BlobStore,
  space: { id: string } & SpaceFormat,
  modality: Modality,
  contents: readonly Buffer[],
): Promise<(Float32Array | undefined)[]> {
  if (contents.length === 0) return [];
  const places = await placesOfContents(db, { spaceId: space.id, modality, contents });
  const format = packFormat(space, modality);
  const rows = new Array<Float32Array | undefined>(contents.length).fill(undefined);
  await readRows(blobs, places, packRowBytes(format), (place, row) => {
    rows[place] = decodePackRow(row, format);
  });
  return rows;
}

/** The files of a set: its embeddings, and its tokens where it has some. */
export interface SetFiles<T> {
  readonly vectors: T;
  readonly tokens: T | null;
}

/**
 * Writes the files of a set: positions in them follow from those of the samples, so they are filled a stretch at a time.
 * @returns how many samples went in, by modality
 */
export async function writeSetFiles(
  deps: { db: Sql; blobs: BlobStore },
  paths: SetFiles<string>,
  set: { versionId: string; spaceId: string; sampleCount: number } & SpaceFormat,
  signal: AbortSignal,
): Promise<Record<Modality, number>> {
  const vectors = await PartFile.create(paths.vectors);
  try {
    if (paths.tokens === null) return await fillFiles(deps, { vectors, tokens: null }, set, signal);
    const tokens = await PartFile.create(paths.tokens);
    try {
      return await fillFiles(deps, { vectors, tokens }, set, signal);
    } finally {
      await tokens.close();
    }
  } finally {
    await vectors.close();
  }
}

async function fillFiles(
  deps: { db: Sql; blobs: BlobStore },
  { vectors, tokens }: SetFiles<PartFile>,
  set: { versionId: string; spaceId: string; sampleCount: number } & SpaceFormat,
  signal: AbortSignal,
): Promise<Record<Modality, number>> {
  const { sampleCount } = set;
  const written = { IMAGE: 0, TEXT: 0 };
  for (const modality of ['IMAGE', 'TEXT'] as const) {
    const format = packFormat(set, modality);
    const samplesAtOnce = Math.ceil(STRETCH_BYTES / packRowBytes(format));
    for (let from = 0; from < sampleCount; from += samplesAtOnce) {
      signal.throwIfAborted();
      const to = Math.min(from + samplesAtOnce, sampleCount);
      const places = await placesOfSamples(deps.db, { ...set, modality, from, to });
      const [head, tail] = [vectorBytes(format), tokenBytes(format)];
      const stretch = {
        vectors: new Uint8Array((to - from) * head),
        tokens: new Uint8Array((to - from) * tail),
      };
      await readRows(deps.blobs, places, head + tail, (place, row) => {
        stretch.vectors.set(row.subarray(0, head), (place - from) * head);
        stretch.tokens.set(row.subarray(head), (place - from) * tail);
      });
      written[modality] += places.length;
      await vectors.append(stretch.vectors);
      await tokens?.append(stretch.tokens);
    }
  }
  return written;
}

class PartFile {
  #size = 0;

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<PartFile> {
    return new PartFile(await open(path, 'wx', 0o600));
  }

  async append(bytes: Uint8Array): Promise<void> {
    await writeFully(this.file, bytes, this.#size);
    this.#size += bytes.length;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Visits the rows at `places`, which are ordered by pack and row; rows that lie together are read together. */
async function readRows(
  blobs: BlobStore,
  places: readonly VectorPlace[],
  rowBytes: number,
  visit: (place: number, row: Uint8Array) => void,
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
      const rows = new Uint8Array((places[end - 1]!.row - row + 1) * rowBytes);
      await readFully(file!, rows, row * rowBytes);
      for (const at of places.slice(first, end)) {
        const start = (at.row - row) * rowBytes;
        visit(at.place, rows.subarray(start, start + rowBytes));
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
