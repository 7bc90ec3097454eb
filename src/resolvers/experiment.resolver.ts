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
import { EXPERIMENT_TOPIC } from '../db/events.js';
import {
  cellPages,
  countCells,
  countExperiments,
  EXPERIMENT_ORDER,
  experimentPage,
  experimentsByIds,
  experimentsChangedSince,
} from '../db/experiments.queries.js';
import type { Page } from '../schema/connection.js';
import { Dataset } from '../schema/dataset.type.js';
import { DatasetVersion } from '../schema/dataset-version.type.js';
import { Deletion } from '../schema/deletion.type.js';
import { EmbeddingSet } from '../schema/embedding-set.type.js';
import { ExperimentInput, ExtendExperimentInput } from '../schema/experiment.input.js';
import {
  Experiment,
  type ExperimentCell,
  ExperimentCellConnection,
  ExperimentConnection,
  ExperimentPlan,
} from '../schema/experiment.type.js';
import { ExperimentEvent } from '../schema/experiment-event.type.js';
import { PageArgs } from '../schema/page.args.js';
import { Requires } from '../schema/requires.js';
import { isId } from '../services/parse-id.js';
import type { Context } from './context.js';
import { cellObject, experimentObject } from './experiment-objects.js';
import { followExperiment } from './follow.js';
import { followChanged } from './follow-changed.js';
import { nestedPage } from './nested-page.js';
import { rootPage } from './page.js';
import { required } from './required.js';
import { setOf } from './set-of.js';

@Resolver(() => Experiment)
export class ExperimentResolver {
  @Requires('VIEWER')
  @Query(() => Experiment, { nullable: true })
  async experiment(
    @Ctx() { loaders }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<Experiment | null> {
    const row = isId(id) ? await loaders.experiment.load(id.toLowerCase()) : null;
    return row && experimentObject(row);
  }

  @Requires('VIEWER')
  @Query(() => ExperimentConnection, { description: 'Newest first.' })
  experiments(
    @Ctx() { db }: Context,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<Experiment>> {
    return rootPage(args, {
      list: 'experiments',
      order: EXPERIMENT_ORDER,
      load: (slice) => experimentPage(db, slice),
      count: () => countExperiments(db),
      node: experimentObject,
    });
  }

  @Requires('VIEWER')
  @Query(() => ExperimentPlan, { description: 'What startExperiment would do; writes nothing.' })
  planExperiment(
    @Ctx() { services }: Context,
    @Arg('input', () => ExperimentInput) input: ExperimentInput,
  ): Promise<ExperimentPlan> {
    return services.planExperiment(input);
  }

  @Requires('EDITOR')
  @Mutation(() => Experiment, { description: 'Embeds first what is not embedded yet.' })
  async startExperiment(
    @Ctx() context: Context,
    @Arg('input', () => ExperimentInput) input: ExperimentInput,
  ): Promise<Experiment> {
    return this.#loaded(context, await context.services.startExperiment(input));
  }

  @Requires('EDITOR')
  @Mutation(() => Experiment, { description: 'No further run is queued; those that are, go on.' })
  async pauseExperiment(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<Experiment> {
    return this.#loaded(context, await context.services.pauseExperiment(id));
  }

  @Requires('EDITOR')
  @Mutation(() => Experiment, {
    description:
      'Also one that has ended, with those of its runs that were not tried or cancelled.',
  })
  async resumeExperiment(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<Experiment> {
    return this.#loaded(context, await context.services.resumeExperiment(id));
  }

  @Requires('EDITOR')
  @Mutation(() => Experiment, {
    description: 'With its unfinished runs that no other experiment wants.',
  })
  async cancelExperiment(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<Experiment> {
    return this.#loaded(context, await context.services.cancelExperiment(id));
  }

  @Requires('EDITOR')
  @Mutation(() => Experiment, { description: 'Runs what is new in the matrix.' })
  async extendExperiment(
    @Ctx() context: Context,
    @Arg('input', () => ExtendExperimentInput) input: ExtendExperimentInput,
  ): Promise<Experiment> {
    return this.#loaded(context, await context.services.extendExperiment(input));
  }

  @Requires('EDITOR')
  @Mutation(() => Experiment, {
    description: 'Trains those runs of the cell again that failed or were cancelled.',
  })
  async retryExperimentCell(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
    @Arg('cell', () => Int) cell: number,
  ): Promise<Experiment> {
    return this.#loaded(context, await context.services.retryExperimentCell(id, cell));
  }

  @Requires('EDITOR')
  @Mutation(() => Deletion, { description: 'CONFLICT until it has ended. Its runs stay.' })
  deleteExperiment(
    @Ctx() { services }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<Deletion> {
    return services.deleteExperiment(id);
  }

  @Requires('VIEWER')
  @Subscription(() => ExperimentEvent, {
    description:
      'Events with seq > `after` (all when left out), then live; ends with the experiment.',
    subscribe: ({ args, context }) =>
      followExperiment(context as Context, args as ExperimentEventsArgs),
  })
  experimentEvents(
    @Root() event: ExperimentEvent,
    @Arg('id', () => ID) _id: string,
    @Arg('after', () => Int, { nullable: true }) _after?: number | null,
  ): ExperimentEvent {
    return event;
  }

  @Requires('VIEWER')
  @Subscription(() => Experiment, {
    description:
      'Any experiment that was started, changed state, or had a run that ended, as it is now; first those of the last ten ' +
      'seconds, which a list that was read before may not know.',
    subscribe: ({ context }) => {
      const { db, eventHub } = context as Context;
      return followChanged({
        eventHub,
        kind: EXPERIMENT_TOPIC,
        byIds: (ids) => experimentsByIds(db, ids),
        since: (since) => experimentsChangedSince(db, since),
        node: experimentObject,
      });
    },
  })
  experimentsChanged(@Root() experiment: Experiment): Experiment {
    return experiment;
  }

  @FieldResolver(() => Dataset)
  async dataset(@Ctx() { loaders }: Context, @Root() experiment: Experiment): Promise<Dataset> {
    const version = await loaders.version.load(experiment.versionId);
    const { datasetId } = required(version, 'version of this experiment');
    return required(await loaders.dataset.load(datasetId), 'dataset of this experiment');
  }

  @FieldResolver(() => DatasetVersion)
  async datasetVersion(
    @Ctx() { loaders }: Context,
    @Root() experiment: Experiment,
  ): Promise<DatasetVersion> {
    const version = await loaders.version.load(experiment.versionId);
    return required(version, 'version of this experiment');
  }

  @FieldResolver(() => [EmbeddingSet], { description: 'One for each of its encoders, at most 16.' })
  embeddingSets(
    @Ctx() { loaders }: Context,
    @Root() { setIds }: Experiment,
  ): Promise<EmbeddingSet[]> {
    return Promise.all(setIds.map((id) => setOf(loaders, id)));
  }

  @FieldResolver(() => ExperimentCellConnection, { description: 'By number.' })
  cells(
    @Ctx() context: Context,
    @Root() experiment: Experiment,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<ExperimentCell>> {
    return nestedPage(context, experiment.id, args, {
      list: 'experimentCells',
      load: (ids, slice) => cellPages(context.db, ids, slice),
      count: (ids) => countCells(context.db, ids),
      parentOf: (row) => row.experimentId,
      place: (row) => row.cell,
      node: cellObject,
    });
  }

  async #loaded({ loaders }: Context, id: string): Promise<Experiment> {
    return experimentObject(required(await loaders.experiment.load(id), 'experiment with this id'));
  }
}

interface ExperimentEventsArgs {
  id: string;
  after?: number | null;
}
