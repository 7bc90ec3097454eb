import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { RUN_STATE } from '../db/events.js';
import {
  countRuns,
  labelMetricsByRuns,
  runOrder,
  runPage,
  runsByIds,
  runsChangedSince,
  type StoredLabelMetrics,
} from '../db/runs.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import type { Page } from '../schema/connection.js';
import { Dataset } from '../schema/dataset.type.js';
import { DatasetVersion } from '../schema/dataset-version.type.js';
import { Deletion } from '../schema/deletion.type.js';
import { EmbeddingSet } from '../schema/embedding-set.type.js';
import { Encoder } from '../schema/encoder.type.js';
import { EpochMetrics } from '../schema/epoch-metrics.type.js';
import { Job } from '../schema/job.type.js';
import type { Label } from '../schema/label.type.js';
import { LabelMetrics } from '../schema/label-metrics.type.js';
import { MetricChoice } from '../schema/metric-choice.input.js';
import { ModelVersion } from '../schema/model-version.type.js';
import { PageArgs } from '../schema/page.args.js';
import { Requires } from '../schema/requires.js';
import { Run, RunConnection } from '../schema/run.type.js';
import { RunEvent } from '../schema/run-event.type.js';
import { RunFilter } from '../schema/run-filter.input.js';
import { RunOrder } from '../schema/run-order.input.js';
import { Split } from '../schema/split.enum.js';
import { StartRunInput } from '../schema/start-run.input.js';
import { ThresholdWarning } from '../schema/threshold-set.type.js';
import { isId } from '../services/parse-id.js';
import { runThresholdWarnings } from '../services/run-threshold-warnings.js';
import { FEWEST_POINTS, MOST_POINTS, thinHistory } from '../services/thin-history.js';
import { checkMetricChoice, checkRunFilter } from './check-filter.js';
import type { Context } from './context.js';
import { encoderOf } from './encoder-of.js';
import { followRun } from './follow.js';
import { followChanged } from './follow-changed.js';
import { modelVersionObject } from './model-objects.js';
import { rootPage } from './page.js';
import { required } from './required.js';
import { epochObject, runObject } from './run-objects.js';
import { setOf } from './set-of.js';

const MAX_ORDERS = 4;

@Resolver(() => Run)
export class RunResolver {
  @Requires('VIEWER')
  @Query(() => Run, { nullable: true })
  async run(@Ctx() { loaders }: Context, @Arg('id', () => ID) id: string): Promise<Run | null> {
    const row = isId(id) ? await loaders.run.load(id.toLowerCase()) : null;
    return row && runObject(row);
  }

  @Requires('VIEWER')
  @Query(() => RunConnection, {
    description: 'Newest first; by a metric: runs without one last.',
  })
  async runs(
    @Ctx() { db }: Context,
    @Arg('filter', () => RunFilter, { nullable: true }) filter: RunFilter | null | undefined,
    @Arg('orderBy', () => [RunOrder], { nullable: true }) orderBy: RunOrder[] | null | undefined,
    @Arg('metrics', () => MetricChoice, {
      nullable: true,
      description: 'That are ordered by: BEST when left out.',
    })
    metrics: MetricChoice | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<Run>> {
    const orders = orderBy ?? [];
    if (orders.length > MAX_ORDERS) {
      throw badUserInput(
        `expected at most ${MAX_ORDERS} entries for \`orderBy\` but received ${orders.length}`,
      );
    }
    const wanted = checkRunFilter(filter ?? {});
    const choice = checkMetricChoice(metrics);
    const order = runOrder(orders, choice);
    return rootPage(args, {
      list: [
        `runs ${choice.of} ${choice.epoch}`,
        ...orders.map(({ by, direction }) => `${by} ${direction}`),
      ].join(','),
      order,
      load: (slice) => runPage(db, slice, wanted, order),
      count: () => countRuns(db, wanted),
      node: runObject,
    });
  }

  @Requires('EDITOR')
  @Mutation(() => Run, { description: 'Embeds first what is not embedded yet.' })
  async startRun(
    @Ctx() context: Context,
    @Arg('input', () => StartRunInput) input: StartRunInput,
  ): Promise<Run> {
    return this.#loaded(context, await context.services.startRun(input));
  }

  @Requires('EDITOR')
  @Mutation(() => Run, { description: 'Left out is unchanged; null clears tags and notes.' })
  async updateRun(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
    @Arg('name', () => String, { nullable: true }) name?: string | null,
    @Arg('tags', () => [String], { nullable: true }) tags?: string[] | null,
    @Arg('notes', () => String, { nullable: true }) notes?: string | null,
  ): Promise<Run> {
    const input = {
      id,
      ...(name !== undefined && { name }),
      ...(tags !== undefined && { tags }),
      ...(notes !== undefined && { notes }),
    };
    return this.#loaded(context, await context.services.updateRun(input));
  }

  @Requires('EDITOR')
  @Mutation(() => [Run], {
    description:
      'Puts at most 100 runs aside, or takes them back: they are left as they are, and lists can leave them out.',
  })
  async archiveRuns(
    @Ctx() context: Context,
    @Arg('ids', () => [ID]) ids: string[],
    @Arg('archived', () => Boolean, { nullable: true, defaultValue: true })
    archived?: boolean | null,
  ): Promise<Run[]> {
    const changed = await context.services.archiveRuns({ ids, archived: archived ?? true });
    return Promise.all(changed.map((id) => this.#loaded(context, id)));
  }

  @Requires('EDITOR')
  @Mutation(() => Run, { description: 'The embedding that it waits for goes on.' })
  async cancelRun(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Run> {
    return this.#loaded(context, await context.services.cancelRun(id));
  }

  @Requires('EDITOR')
  @Mutation(() => Deletion, { description: 'CONFLICT while a model version uses it.' })
  deleteRun(@Ctx() { services }: Context, @Arg('id', () => ID) id: string): Promise<Deletion> {
    return services.deleteRun(id);
  }

  @Requires('VIEWER')
  @Subscription(() => RunEvent, {
    description: 'Events with seq > `after` (all when left out), then live; ends with the run.',
    subscribe: ({ args, context }) => followRun(context as Context, args as RunEventsArgs),
  })
  runEvents(
    @Root() event: Omit<RunEvent, 'epochNumber'> & { epoch: number | null },
    @Arg('runId', () => ID) _runId: string,
    @Arg('after', () => Int, { nullable: true }) _after?: number | null,
  ): RunEvent {
    const { epoch, ...values } = event;
    return { ...values, epochNumber: epoch };
  }

  @Requires('VIEWER')
  @Subscription(() => Run, {
    description:
      'Any run that was created or changed state, as it is now; first those of the last ten seconds, which a list that was ' +
      'read before may not know.',
    subscribe: ({ context }) => {
      const { db, eventHub } = context as Context;
      return followChanged({
        eventHub,
        kind: RUN_STATE,
        byIds: (ids) => runsByIds(db, ids),
        since: (since) => runsChangedSince(db, since),
        node: runObject,
      });
    },
  })
  runsChanged(@Root() run: Run): Run {
    return run;
  }

  @FieldResolver(() => Job, {
    nullable: true,
    description: 'Of the training; cancelling a run leaves the embedding.',
  })
  async job(@Ctx() { loaders }: Context, @Root() run: Run): Promise<Job | null> {
    return run.jobId ? loaders.job.load(run.jobId) : null;
  }

  @FieldResolver(() => Dataset)
  async dataset(@Ctx() { loaders }: Context, @Root() run: Run): Promise<Dataset> {
    const version = required(await loaders.version.load(run.versionId), 'version of this run');
    return required(await loaders.dataset.load(version.datasetId), 'dataset of this run');
  }

  @FieldResolver(() => DatasetVersion)
  async datasetVersion(@Ctx() { loaders }: Context, @Root() run: Run): Promise<DatasetVersion> {
    return required(await loaders.version.load(run.versionId), 'version of this run');
  }

  @FieldResolver(() => Encoder)
  encoder(@Ctx() context: Context, @Root() run: Run): Promise<Encoder> {
    return encoderOf(context, run.encoderId);
  }

  @FieldResolver(() => EmbeddingSet, {
    description: 'What it is trained on; a QUEUED run waits for it where it is not complete.',
  })
  embeddingSet(@Ctx() { loaders }: Context, @Root() run: Run): Promise<EmbeddingSet> {
    return setOf(loaders, run.setId);
  }

  @FieldResolver(() => [EpochMetrics], {
    description:
      'All epochs, or with `points` at most so many: the first, the last, and of stretches of equal length those in which a loss, the ' +
      'learning rate or a metric is lowest or highest.',
  })
  async history(
    @Ctx() { loaders }: Context,
    @Root() run: Run,
    @Arg('points', () => Int, {
      nullable: true,
      description: `${FEWEST_POINTS} to ${MOST_POINTS}.`,
    })
    points?: number | null,
  ): Promise<EpochMetrics[]> {
    if (points != null && (points < FEWEST_POINTS || points > MOST_POINTS)) {
      throw badUserInput(
        `expected ${FEWEST_POINTS} to ${MOST_POINTS} for \`points\` but received ${points}`,
      );
    }
    const all = await loaders.epochsOfRun.load(run.id);
    const rows = points == null ? all : thinHistory(all, points);
    return rows.map((row) => epochObject(row, run.versionId));
  }

  @FieldResolver(() => [LabelMetrics], { description: 'Empty until the run has succeeded.' })
  async labelMetrics(
    @Ctx() context: Context,
    @Root() run: Run,
    @Arg('split', () => Split, { nullable: true, defaultValue: 'TEST' }) split?: Split | null,
  ): Promise<LabelMetrics[]> {
    const [stored, labels] = await Promise.all([
      storedLabelMetrics(context, run, split ?? 'TEST'),
      labelsOf(context, run),
    ]);
    return stored.map((metrics) => ({ ...metrics, label: labels[metrics.label]! }));
  }

  @FieldResolver(() => [ThresholdWarning], {
    description:
      'Why its thresholds may be luck. In label order, at most one of each reason for a label. Empty where they are FIXED, and until the run has succeeded.',
  })
  async thresholdWarnings(@Ctx() context: Context, @Root() run: Run): Promise<ThresholdWarning[]> {
    const [fittedOn, labels] = await Promise.all([
      storedLabelMetrics(context, run, 'VALIDATION'),
      labelsOf(context, run),
    ]);
    return runThresholdWarnings(run.config.thresholds.kind, fittedOn).map(({ label, reason }) => ({
      label: labels[label]!,
      reason,
    }));
  }

  @FieldResolver(() => [ModelVersion])
  async modelVersions(@Ctx() { loaders }: Context, @Root() run: Run): Promise<ModelVersion[]> {
    return (await loaders.modelVersionsOfRun.load(run.id)).map(modelVersionObject);
  }

  async #loaded({ loaders }: Context, id: string): Promise<Run> {
    return runObject(required(await loaders.run.load(id), 'run with this id'));
  }
}

function storedLabelMetrics(
  { db, loaders }: Context,
  run: Run,
  split: Split,
): Promise<StoredLabelMetrics[]> {
  return loaders
    .keyed(`labelMetrics:${split}`, async (ids) => {
      const rows = await labelMetricsByRuns(db, ids, split);
      const byId = new Map(rows.map((row) => [row.id, row.labelMetrics ?? []]));
      return ids.map((id) => byId.get(id) ?? []);
    })
    .load(run.id);
}

async function labelsOf({ loaders }: Context, { versionId }: Run): Promise<readonly Label[]> {
  return (await loaders.version.load(versionId))!.labels;
}

interface RunEventsArgs {
  runId: string;
  after?: number | null;
}
