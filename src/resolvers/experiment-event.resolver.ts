import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Experiment } from '../schema/experiment.type.js';
import { ExperimentEvent } from '../schema/experiment-event.type.js';
import { Run } from '../schema/run.type.js';
import type { Context } from './context.js';
import { experimentObject } from './experiment-objects.js';
import { required } from './required.js';
import { runObject } from './run-objects.js';

@Resolver(() => ExperimentEvent)
export class ExperimentEventResolver {
  @FieldResolver(() => Run, { nullable: true, description: 'The run whose end this announces.' })
  async run(@Ctx() { loaders }: Context, @Root() { runId }: ExperimentEvent): Promise<Run | null> {
    const row = runId && (await loaders.run.load(runId));
    return row ? runObject(row) : null;
  }

  @FieldResolver(() => Experiment)
  async experiment(
    @Ctx() { loaders }: Context,
    @Root() event: ExperimentEvent,
  ): Promise<Experiment> {
    const row = await loaders.experiment.load(event.experimentId);
    return experimentObject(required(row, 'experiment with this id'));
  }
}
