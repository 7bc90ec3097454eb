import { Arg, Args, Ctx, Float, ID, Query, Resolver } from 'type-graphql';
import { samplesAt } from '../db/samples.queries.js';
import type { Page } from '../schema/connection.js';
import { type DuplicatePair, DuplicatePairConnection } from '../schema/duplicates.type.js';
import { PageArgs } from '../schema/page.args.js';
import { Requires } from '../schema/requires.js';
import { MAX_PAIRS } from '../services/duplicates.js';
import type { Context } from './context.js';
import { decodeCursor, pageSize } from './cursor.js';
import { toPage } from './page.js';
import { required } from './required.js';

/** Divides copies from look-alikes: docs/recipes/find-duplicates.md. */
const DEFAULT_THRESHOLD = 0.97;

@Resolver()
export class DuplicatesResolver {
  @Requires('VIEWER')
  @Query(() => DuplicatePairConnection, {
    description:
      `Photos of the version of an embedding set that are the same or nearly, the nearest first: ${MAX_PAIRS} pairs are listed, all ` +
      'are counted. Of at most 50,000 samples. The first time takes a second for 10,000 on two cores, some 20 for 50,000; then it is kept.',
  })
  async duplicates(
    @Ctx() context: Context,
    @Arg('embeddingSetId', () => ID) embeddingSetId: string,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('threshold', () => Float, {
      nullable: true,
      defaultValue: DEFAULT_THRESHOLD,
      description: 'The least cosine, from 0.8 to 1.',
    })
    threshold?: number | null,
    @Arg('acrossSplitsOnly', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Only pairs whose samples are in different splits.',
    })
    acrossSplitsOnly?: boolean | null,
  ): Promise<Page<DuplicatePair>> {
    const least = threshold ?? DEFAULT_THRESHOLD;
    const list = `duplicates:${least}:${acrossSplitsOnly === true}`;
    const size = pageSize(args.first);
    const from = args.after ? (decodeCursor(list, ['int'], args.after)[0] as number) + 1 : 0;
    const found = await context.services.duplicates(embeddingSetId, least);
    const { total, pairs } = acrossSplitsOnly ? found.acrossSplits : found.all;
    const rows = pairs.map((pair, rank) => ({ ...pair, rank })).slice(from, from + size + 1);
    const samples = await samplesAt(
      context.db,
      found.versionId,
      rows.flatMap(({ a, b }) => [a, b]),
    );
    const byPosition = new Map(samples.map((sample) => [sample.position, sample]));
    return toPage(rows, {
      size,
      list,
      after: from > 0,
      key: ({ rank }) => [rank],
      node: ({ similarity, ...pair }) => {
        const a = required(byPosition.get(pair.a), 'sample at this position');
        const b = required(byPosition.get(pair.b), 'sample at this position');
        const isExact = a.imageSha256 === b.imageSha256;
        return { a, b, similarity, isExact, acrossSplits: a.split !== b.split };
      },
      totalCount: async () => total,
    });
  }
}
