import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { labelCardinality, labelPairs } from '../db/version-statistics.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { DatasetVersion } from '../schema/dataset-version.type.js';
import { Split } from '../schema/split.enum.js';
import { CaptionMatch, CardinalityCount, LabelPair } from '../schema/version-statistics.type.js';
import { captionMatches } from '../services/caption-matches.js';
import type { Context } from './context.js';

/** Each reads every sample of its version. */
const MAX_VERSIONS = 10;
const MAX_PAIRS = 500;

const SPLIT = { nullable: true, description: 'All splits when left out.' };

@Resolver(() => DatasetVersion)
export class VersionStatisticsResolver {
  @FieldResolver(() => [LabelPair], {
    description: `The most frequent pairs first. Of at most ${MAX_VERSIONS} versions at a time, as the next two.`,
  })
  async coOccurrence(
    @Ctx() context: Context,
    @Root() version: DatasetVersion,
    @Arg('split', () => Split, SPLIT) split?: Split | null,
    @Arg('limit', () => Int, {
      nullable: true,
      defaultValue: 50,
      description: `From 1 to ${MAX_PAIRS}.`,
    })
    limit?: number | null,
  ): Promise<LabelPair[]> {
    const count = limit ?? 50;
    if (count < 1 || count > MAX_PAIRS) {
      throw badUserInput(`expected 1 to ${MAX_PAIRS} for \`limit\` but received ${count}`);
    }
    const rows = await perVersion(context, 'coOccurrence', [split ?? 'ALL', count], version, (id) =>
      labelPairs(context.db, id, split ?? null, count),
    );
    return rows.map((row) => ({
      a: version.labels[row.a]!,
      b: version.labels[row.b]!,
      count: row.count,
      lift: (row.count * row.samples) / (row.supportA * row.supportB),
      bGivenA: row.count / row.supportA,
      aGivenB: row.count / row.supportB,
    }));
  }

  @FieldResolver(() => [CaptionMatch], { description: 'One per label, in order.' })
  async captionMatches(
    @Ctx() context: Context,
    @Root() version: DatasetVersion,
    @Arg('split', () => Split, SPLIT) split?: Split | null,
  ): Promise<CaptionMatch[]> {
    const matches = await perVersion(
      context,
      'captionMatches',
      [split ?? 'ALL'],
      version,
      async (id) => {
        const { labels } = (await context.loaders.version.load(id))!;
        return captionMatches(
          context.db,
          { id, labels },
          { split: split ?? null, positions: null },
        );
      },
    );
    return matches.map((match, index) => ({ ...match, label: version.labels[index]! }));
  }

  @FieldResolver(() => [CardinalityCount], {
    description: 'How many labelled samples carry how many labels, by the number of labels.',
  })
  cardinality(
    @Ctx() context: Context,
    @Root() version: DatasetVersion,
    @Arg('split', () => Split, SPLIT) split?: Split | null,
  ): Promise<CardinalityCount[]> {
    return perVersion(context, 'cardinality', [split ?? 'ALL'], version, (id) =>
      labelCardinality(context.db, id, split ?? null),
    );
  }
}

/** One version after the other, so that one operation holds one connection. */
function perVersion<Value>(
  { loaders }: Context,
  field: string,
  args: readonly unknown[],
  version: DatasetVersion,
  load: (versionId: string) => Promise<Value>,
): Promise<Value> {
  return loaders
    .keyed<Value>([field, ...args].join(':'), async (ids) => {
      if (ids.length > MAX_VERSIONS) {
        throw badUserInput(
          `expected \`${field}\` of at most ${MAX_VERSIONS} versions but received ${ids.length}`,
        );
      }
      const values: Value[] = [];
      for (const id of ids) values.push(await load(id));
      return values;
    })
    .load(version.id);
}
