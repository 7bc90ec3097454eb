import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { EvalMetrics } from '../schema/eval-metrics.type.js';
import { MetricChoice } from '../schema/metric-choice.input.js';
import { Run } from '../schema/run.type.js';
import { checkMetricChoice } from './check-filter.js';
import type { Context } from './context.js';
import { metricsObject } from './run-objects.js';

@Resolver(() => Run)
export class RunMetricsResolver {
  @FieldResolver(() => EvalMetrics, {
    nullable: true,
    description: 'On VALIDATION; null where the run has no such epoch, or none yet.',
  })
  async metrics(
    @Ctx() { loaders }: Context,
    @Root() run: Run,
    @Arg('choice', () => MetricChoice) choice: MetricChoice,
  ): Promise<EvalMetrics | null> {
    const { of, epoch } = checkMetricChoice(choice);
    if (of === 'BEST') return run.best;
    const row = await loaders.epoch.load(`${run.id}:${of === 'EPOCH' ? epoch : run.epoch}`);
    return row && metricsObject(row.validation, run.versionId);
  }
}
