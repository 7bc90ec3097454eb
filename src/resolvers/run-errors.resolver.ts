import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { samplesAt } from '../db/samples.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import type { Page } from '../schema/connection.js';
import { PageArgs } from '../schema/page.args.js';
import { Run } from '../schema/run.type.js';
import { ErrorKind, RunError, RunErrorConnection } from '../schema/run-error.type.js';
import { Split } from '../schema/split.enum.js';
import { MAX_ERRORS, type RunErrors } from '../services/run-errors.js';
import type { Context } from './context.js';
import { decodeCursor, pageSize } from './cursor.js';
import { labelIndex } from './label-index.js';
import { toPage } from './page.js';
import { required } from './required.js';

/** Each reads every score of its split when it is asked for first. */
const MAX_RUNS = 10;

@Resolver(() => Run)
export class RunErrorsResolver {
  @FieldResolver(() => RunErrorConnection, {
    nullable: true,
    description:
      `The wrong decisions on VALIDATION or TEST, the highest loss first: the worst ${MAX_ERRORS} are listed, all are counted. Of at ` +
      `most ${MAX_RUNS} runs at a time; null until the run has succeeded.`,
  })
  async errors(
    @Ctx() context: Context,
    @Root() run: Run,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('split', () => Split, { nullable: true, defaultValue: 'TEST' }) split?: Split | null,
    @Arg('label', () => String, {
      nullable: true,
      description: "A label's key; all when left out.",
    })
    label?: string | null,
    @Arg('kind', () => ErrorKind, { nullable: true, description: 'Both when left out.' })
    kind?: ErrorKind | null,
  ): Promise<Page<RunError> | null> {
    const wanted = split ?? 'TEST';
    if (wanted === 'TRAIN') {
      throw badUserInput('expected VALIDATION or TEST for `split` but received TRAIN');
    }
    const { labels } = required(await context.loaders.version.load(run.versionId), 'version');
    const index = label == null ? null : labelIndex(labels, label);
    const filter = { split: wanted, label: index, kind: kind ?? null };
    const list = `runErrors:${JSON.stringify(filter)}`;
    const size = pageSize(args.first);
    const from = args.after ? (decodeCursor(list, ['int'], args.after)[0] as number) + 1 : 0;
    const found = await context.loaders
      .keyed<RunErrors | null>(list, async (ids) => {
        if (ids.length > MAX_RUNS) {
          throw badUserInput(
            `expected \`errors\` of at most ${MAX_RUNS} runs but received ${ids.length}`,
          );
        }
        // One run after the other, so that the list holds one connection.
        const lists: (RunErrors | null)[] = [];
        for (const id of ids) lists.push(await context.services.runErrors(id, filter));
        return lists;
      })
      .load(run.id);
    if (!found) return null;

    const rows = found.errors
      .map((error, rank) => ({ ...error, rank }))
      .slice(from, from + size + 1);
    const positions = rows.map(({ position }) => position);
    const samples = await samplesAt(context.db, run.versionId, positions);
    const byPosition = new Map(samples.map((sample) => [sample.position, sample]));
    return toPage(rows, {
      size,
      list,
      after: from > 0,
      key: ({ rank }) => [rank],
      node: ({ position, label: of, rank: _, ...error }) => ({
        ...error,
        label: labels[of]!,
        sample: required(byPosition.get(position), 'sample at this position'),
      }),
      totalCount: async () => found.total,
    });
  }
}
