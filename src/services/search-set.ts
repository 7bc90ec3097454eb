import { setToEmbed } from '../db/embeddings.queries.js';
import type { Modality } from '../db/enums.js';
import {
  matchingPositions,
  positionOfSample,
  type SampleFilterValues,
} from '../db/samples.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { FoundVectors, VectorSearch } from '../ml/search/search-vectors.js';
import { sha256FromBytes } from '../storage/sha256.js';
import { MAX_CAPTION } from '../tables/caption-cell.js';
import {
  type EmbedInputsDeps,
  imageFeatures,
  isText,
  type PredictInput,
  textFeatures,
} from './embed-inputs.js';
import { MODALITY_NAMES } from './modality-names.js';
import { parseId } from './parse-id.js';
import { positionMask } from './position-mask.js';

export interface SetSearch {
  setId: string;
  query:
    | { text: string }
    | { image: NonNullable<PredictInput['image']> }
    /** a sample of the set's version, by what it has of `modality` */
    | { sampleId: string };
  /** what is searched */
  modality: Modality;
  /** null: every sample */
  filter: SampleFilterValues | null;
  first: number;
}

export interface SetHits {
  versionId: string;
  /** the highest similarity first */
  hits: {
    /** of the sample in its version */
    position: number;
    /** cosine */
    similarity: number;
    /** 0 to 1; null where the set has too few pairs to learn it from */
    relevance: number | null;
  }[];
}

export interface SearchSetDeps extends EmbedInputsDeps {
  /** in another process: it compares with every vector */
  search(payload: VectorSearch): Promise<FoundVectors>;
}

/**
 * The samples of an embedding set that are nearest to a text, an image or a sample.
 * @throws NOT_FOUND; CONFLICT where the set is not complete; ENCODER_REVISION_MISSING for a text or an image that has to be
 *   embedded by an encoder that is no longer there; BAD_USER_INPUT
 */
export async function searchSet(deps: SearchSetDeps, input: SetSearch): Promise<SetHits> {
  const set = await setToEmbed(deps.db, parseId(input.setId, 'embedding set'));
  if (!set) throw new ClipwrightError('NOT_FOUND', 'There is no embedding set with this id.');
  if (!set.artifactSha256) {
    throw new ClipwrightError(
      'CONFLICT',
      'The embedding set is not complete: search it when its `status` is SUCCEEDED.',
    );
  }
  // Vectors alone are compared, also where the set has tokens beside them.
  const { versionId, dimension, tokens: _, ...rest } = set;
  const space = { ...rest, dimension, id: set.encoderId };
  const query = await queryOf(deps, space, versionId, input);
  const allowed = input.filter && (await maskOf(deps, set, input.filter));
  const { hits } = await deps.search({
    file: {
      path: deps.blobs.path(sha256FromBytes(set.artifactSha256)),
      samples: set.sampleCount,
      dimension,
    },
    modality: MODALITY_NAMES[input.modality],
    query,
    limit: input.first,
    allowed,
  });
  return { versionId, hits: hits.map(({ row, ...hit }) => ({ position: row, ...hit })) };
}

async function queryOf(
  deps: SearchSetDeps,
  encoder: Parameters<EmbedInputsDeps['embedder']>[0],
  versionId: string,
  { query }: SetSearch,
): Promise<VectorSearch['query']> {
  if ('sampleId' in query) {
    const sampleId = parseId(query.sampleId, 'sample');
    const row = await positionOfSample(deps.db, versionId, sampleId);
    if (row !== undefined) return { row };
    throw new ClipwrightError(
      'NOT_FOUND',
      "There is no such sample in the embedding set's version; by a photo of another one: `image: { sampleId }`.",
    );
  }
  if ('text' in query) {
    const { text } = query;
    if (!isText(text) || text.length > MAX_CAPTION) {
      throw badUserInput(
        `expected 1 to ${MAX_CAPTION} characters for \`text\` but received ${text.trim() && text.length}`,
      );
    }
    const vector = await textFeatures(deps, encoder, [{ key: null, text, image: null }]);
    return { vector, modality: 'text' };
  }
  const inputs = [{ key: null, text: null, image: query.image }];
  const vector = await imageFeatures(deps, encoder, inputs, (_, field) => field);
  return { vector, modality: 'image' };
}

async function maskOf(
  { db }: SearchSetDeps,
  { versionId, sampleCount }: { versionId: string; sampleCount: number },
  filter: SampleFilterValues,
): Promise<Uint8Array> {
  return positionMask(sampleCount, [await matchingPositions(db, versionId, filter)]);
}
