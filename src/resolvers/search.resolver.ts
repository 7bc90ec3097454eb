import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { samplesAt } from '../db/samples.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { Modality } from '../schema/modality.enum.js';
import { ImageInput } from '../schema/predict.input.js';
import { Requires } from '../schema/requires.js';
import { SampleFilter } from '../schema/sample-filter.input.js';
import { SearchHits } from '../schema/search.type.js';
import type { SetSearch } from '../services/search-set.js';
import { checkSampleFilter } from './check-filter.js';
import type { Context } from './context.js';
import { imageOf } from './prediction-inputs.js';

const MAX_HITS = 200;
const DEFAULT_HITS = 20;

@Resolver()
export class SearchResolver {
  @Requires('VIEWER')
  @Query(() => SearchHits, {
    description:
      'The samples of an embedding set that are nearest to exactly one of `text`, `image` and `sampleId`, by comparison with ' +
      'every one that `filter` lets through.',
  })
  async search(
    @Ctx() context: Context,
    @Arg('embeddingSetId', () => ID) embeddingSetId: string,
    @Arg('text', () => String, { nullable: true }) text: string | null | undefined,
    @Arg('image', () => ImageInput, { nullable: true }) image: ImageInput | null | undefined,
    @Arg('sampleId', () => ID, {
      nullable: true,
      description:
        "Of the set's version: by its photo where photos are searched, by its caption where captions are. It is not found itself.",
    })
    sampleId: string | null | undefined,
    @Arg('modality', () => Modality, {
      nullable: true,
      defaultValue: 'IMAGE',
      description: 'What is searched: photos or captions.',
    })
    modality: Modality | null | undefined,
    @Arg('filter', () => SampleFilter, { nullable: true }) filter: SampleFilter | null | undefined,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_HITS,
      description: `From 1 to ${MAX_HITS}.`,
    })
    first: number | null | undefined,
  ): Promise<SearchHits> {
    const limit = first ?? DEFAULT_HITS;
    if (limit < 1 || limit > MAX_HITS) {
      throw badUserInput(`expected 1 to ${MAX_HITS} for \`first\` but received ${limit}`);
    }
    const { versionId, hits } = await context.services.search({
      setId: embeddingSetId,
      query: queryOf(context, { text, image, sampleId }),
      modality: modality ?? 'IMAGE',
      filter: filter ? checkSampleFilter(filter) : null,
      first: limit,
    });
    const rows = await samplesAt(
      context.db,
      versionId,
      hits.map(({ position }) => position),
    );
    const samples = new Map(rows.map((row) => [row.position, row]));
    // A dataset that is deleted at this moment has none any more.
    const nodes = hits.flatMap(({ position, ...hit }) => {
      const sample = samples.get(position);
      return sample ? [{ ...hit, sample }] : [];
    });
    return { nodes };
  }
}

function queryOf(
  context: Context,
  given: {
    text?: string | null | undefined;
    image?: ImageInput | null | undefined;
    sampleId?: string | null | undefined;
  },
): SetSearch['query'] {
  const queries: SetSearch['query'][] = [];
  if (typeof given.text === 'string') queries.push({ text: given.text });
  if (given.image) queries.push({ image: imageOf(given.image, 'image', context)! });
  if (typeof given.sampleId === 'string') queries.push({ sampleId: given.sampleId });
  if (queries.length !== 1) {
    throw badUserInput(
      `expected exactly one of \`text\`, \`image\` and \`sampleId\` but received ${queries.length}`,
    );
  }
  return queries[0]!;
}
