import { ClipwrightError } from '../../errors/clipwright-error.js';
import { Rng } from '../data/rng.js';
import type { Modality } from '../nn/modality.js';
import type { EmbeddingFile } from '../train/embedding-file.js';
import { fitRelevance, type Relevance, relevanceOf } from './relevance.js';
import { RowFile } from './row-file.js';
import { cosine, type RowMask, VectorIndex } from './vector-index.js';

export interface VectorSearch {
  readonly file: EmbeddingFile;
  /** what is searched */
  readonly modality: Modality;
  /** `[D]` of length 1, or a sample of the file, which is not found itself */
  readonly query:
    | { readonly vector: Float32Array; readonly modality: Modality }
    | { readonly row: number };
  readonly limit: number;
  /** null: every sample */
  readonly allowed: RowMask | null;
}

export interface FoundVectors {
  /** the highest cosine first */
  readonly hits: {
    readonly row: number;
    readonly similarity: number;
    readonly relevance: number | null;
  }[];
}

/** Bytes of indices that are kept: two million vectors of 512 components. */
const MAX_BYTES = 2 ** 30;
const MATCHED_SAMPLES = 1024;
/** Each is a search of its own. */
const NEAREST_SAMPLES = 64;
/** Two vectors of this cosine are of one content, which is no evidence of anything. */
const SAME = 1 - 1e-5;

interface Kept {
  readonly index: VectorIndex;
  readonly bytes: number;
  /** by the query's modality */
  readonly relevance: Map<Modality, Relevance | null>;
}

/** Searches embedding sets' files; what they need in memory is kept, and the least lately used of it goes when it is too much. */
export class VectorSearches {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly maxBytes = MAX_BYTES) {}

  /** Of the indices that are kept. */
  get bytes(): number {
    return [...this.#kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** @throws ARTIFACT_DAMAGED; BAD_USER_INPUT for a set that is too large, and a sample that has no such vector */
  search({ file, modality, query, limit, allowed }: VectorSearch): FoundVectors {
    const rows = new RowFile(file, modality);
    try {
      const kept = this.#open(file, modality, rows);
      const { index } = kept;
      const self = 'row' in query ? query.row : null;
      if (self !== null && !index.has(self)) {
        throw new ClipwrightError(
          'BAD_USER_INPUT',
          `The sample has no ${modality === 'image' ? 'photo' : 'caption'} to search by: ask for the other \`modality\`, or give \`text\` or \`image\`.`,
        );
      }
      const vector = 'row' in query ? rows.row(query.row) : query.vector;
      const asked = 'row' in query ? modality : query.modality;
      const found = index
        .nearest(vector, limit + (self === null ? 0 : 1), rows, allowed)
        .filter(({ row }) => row !== self)
        .slice(0, limit);
      if (!kept.relevance.has(asked)) {
        kept.relevance.set(asked, learnRelevance(file, { asked, modality, index, rows }));
      }
      const relevance = kept.relevance.get(asked) ?? null;
      return {
        hits: found.map(({ row, similarity }) => ({
          row,
          similarity,
          relevance: relevance && relevanceOf(relevance, similarity),
        })),
      };
    } finally {
      rows.close();
    }
  }

  #open(file: EmbeddingFile, modality: Modality, rows: RowFile): Kept {
    const key = `${modality} ${file.path}`;
    let kept = this.#kept.get(key);
    if (!kept) {
      const bytes = VectorIndex.bytes(file.samples, file.dimension);
      if (bytes > this.maxBytes) {
        throw new ClipwrightError(
          'BAD_USER_INPUT',
          `A search holds at most ${this.maxBytes} bytes in memory, but ${file.samples} samples × ${file.dimension} need ${bytes}.`,
        );
      }
      for (const [oldest] of this.#kept) {
        if (this.bytes + bytes <= this.maxBytes) break;
        this.#kept.delete(oldest);
      }
      kept = {
        index: new VectorIndex(rows, file.samples, file.dimension),
        bytes,
        relevance: new Map(),
      };
    }
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept;
  }
}

/**
 * Pairs that belong together are a sample's own photo and caption; within a modality, where nobody has said what belongs
 * together, a sample and the nearest other content of the set. Random pairs are of samples drawn at random.
 */
function learnRelevance(
  file: EmbeddingFile,
  {
    asked,
    modality,
    index,
    rows,
  }: { asked: Modality; modality: Modality; index: VectorIndex; rows: RowFile },
): Relevance | null {
  const other = asked === modality ? null : new RowFile(file, asked);
  try {
    const drawn = Rng.fromSeed(1).shuffle(
      Uint32Array.from({ length: file.samples }, (_, row) => row).filter((row) => index.has(row)),
    );
    const vectors = [...drawn.subarray(0, other ? MATCHED_SAMPLES : NEAREST_SAMPLES)].map((row) => {
      const found = rows.row(row);
      return { found, asked: other ? other.row(row) : found };
    });
    const pairs = vectors.filter((pair) => pair.asked.some((value) => value !== 0));
    const random = pairs.flatMap((pair, i) => {
      const next = pairs[(i + 1) % pairs.length]!;
      return cosine(pair.found, next.found) > SAME ? [] : [cosine(pair.asked, next.found)];
    });
    const together = other
      ? pairs.map((pair) => cosine(pair.asked, pair.found))
      : pairs.flatMap((pair) => {
          const near = index.nearest(pair.found, 10, rows);
          const nearest = near.find(({ similarity }) => similarity <= SAME);
          return nearest ? [nearest.similarity] : [];
        });
    return fitRelevance(together, random);
  } finally {
    other?.close();
  }
}
