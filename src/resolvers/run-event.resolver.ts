import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { EpochMetrics } from '../schema/epoch-metrics.type.js';
import { Run } from '../schema/run.type.js';
import { RunEvent } from '../schema/run-event.type.js';
import type { Context } from './context.js';
import { required } from './required.js';
import { epochObject, runObject } from './run-objects.js';

@Resolver(() => RunEvent)
export class RunEventResolver {
  @FieldResolver(() => EpochMetrics, { nullable: true })
  async epoch(@Ctx() { loaders }: Context, @Root() event: RunEvent): Promise<EpochMetrics | null> {
    if (event.epochNumber === null) return null;
    const row = await loaders.epoch.load(`${event.runId}:${event.epochNumber}`);
    if (!row) return null;
    const run = await loaders.run.load(event.runId);
    return run && epochObject(row, run.versionId);
  }

  @FieldResolver(() => Run)
  async run(@Ctx() { loaders }: Context, @Root() event: RunEvent): Promise<Run> {
    return runObject(required(await loaders.run.load(event.runId), 'run with this id'));
  }
}
