import { setToEmbed } from '../db/embeddings.queries.js';
import { splitsOfVersion } from '../db/samples.queries.js';
import type { Sql } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { NearPairs, PairSearch } from '../ml/search/near-pairs.js';
import type { BlobStore } from '../storage/blob-store.js';
import { sha256FromBytes } from '../storage/sha256.js';
import { KeptResults } from './kept-results.js';
import { parseId } from './parse-id.js';

/** Pairs that are listed, the nearest of them. */
export const MAX_PAIRS = 10_000;
/**
 * All pairs of so many are compared in some 20 seconds on two cores (bench/duplicates.bench.ts): a request can wait for that, so this is
 * no job.
 */
const MAX_SAMPLES = 50_000;
/** Below it, half of a set may be one another's pairs. */
const LEAST_THRESHOLD = 0.8;
const KEPT = 20;

export interface Duplicates extends NearPairs {
  versionId: string;
}

export interface DuplicatesDeps {
  db: Sql;
  blobs: BlobStore;
  threads: number;
  /** in another process: it compares every photo with every other */
  nearPairs(payload: PairSearch): Promise<NearPairs>;
}

/** Pairs of photos of embedding sets that are nearly the same; each list is made once, as sets never change. */
export class DuplicateSearches {
  readonly #kept = new KeptResults<NearPairs>(KEPT);

  constructor(private readonly deps: DuplicatesDeps) {}

  /** @throws NOT_FOUND; CONFLICT where the set is not complete; BAD_USER_INPUT for a threshold or a set beyond the bounds */
  async get(embeddingSetId: string, threshold: number): Promise<Duplicates> {
    if (!(threshold >= LEAST_THRESHOLD && threshold <= 1)) {
      throw badUserInput(
        `expected ${LEAST_THRESHOLD} to 1 for \`threshold\` but received ${threshold}`,
      );
    }
    const { db, blobs, threads } = this.deps;
    const set = await setToEmbed(db, parseId(embeddingSetId, 'embedding set'));
    if (!set) throw new ClipwrightError('NOT_FOUND', 'There is no embedding set with this id.');
    const { versionId, sampleCount, dimension, artifactSha256 } = set;
    if (!artifactSha256) {
      throw new ClipwrightError(
        'CONFLICT',
        'The embedding set is not complete: look for duplicates when its `status` is SUCCEEDED.',
      );
    }
    if (sampleCount > MAX_SAMPLES) {
      throw badUserInput(
        `expected a dataset version of at most ${MAX_SAMPLES} samples but received one of ${sampleCount}: every photo is compared with every other`,
      );
    }
    const found = await this.#kept.get(`${set.id} ${threshold}`, async () => {
      const splits = await splitsOfVersion(db, versionId);
      const names = [...new Set(splits)];
      return this.deps.nearPairs({
        file: {
          path: blobs.path(sha256FromBytes(artifactSha256)),
          samples: sampleCount,
          dimension,
        },
        threshold,
        splits: Uint8Array.from(splits, (split) => names.indexOf(split)),
        limit: MAX_PAIRS,
        threads,
      });
    });
    return { versionId, ...found };
  }
}
