import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { runGroups } from '../db/run-groups.queries.js';
import { MetricChoice } from '../schema/metric-choice.input.js';
import { Requires } from '../schema/requires.js';
import { Run } from '../schema/run.type.js';
import { RunFilter } from '../schema/run-filter.input.js';
import { RunGroup, RunGroupField } from '../schema/run-group.type.js';
import { checkGroupFields, checkMetricChoice, checkRunFilter } from './check-filter.js';
import type { Context } from './context.js';
import { required } from './required.js';
import { runObject } from './run-objects.js';

const MAX_GROUPS = 1000;

@Resolver(() => RunGroup)
export class RunGroupResolver {
  @Requires('VIEWER')
  @Query(() => [RunGroup], {
    description: `At most ${MAX_GROUPS}: the highest mean mAP first, those without one last.`,
  })
  runGroups(
    @Ctx() { db }: Context,
    @Arg('by', () => [RunGroupField]) by: RunGroupField[],
    @Arg('filter', () => RunFilter, { nullable: true }) filter?: RunFilter | null,
    @Arg('metrics', () => MetricChoice, { nullable: true, description: 'BEST when left out.' })
    metrics?: MetricChoice | null,
  ): Promise<RunGroup[]> {
    return runGroups(db, {
      by: checkGroupFields('by', by),
      filter: checkRunFilter(filter ?? {}),
      metrics: checkMetricChoice(metrics),
      limit: MAX_GROUPS,
    });
  }

  @FieldResolver(() => Run, { description: 'The one with the highest mAP.' })
  async bestRun(@Ctx() { loaders }: Context, @Root() group: RunGroup): Promise<Run> {
    return runObject(required(await loaders.run.load(group.runId), 'run of this group'));
  }
}
