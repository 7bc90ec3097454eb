import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { EvalMetrics } from '../schema/eval-metrics.type.js';
import { Label } from '../schema/label.type.js';
import type { Context } from './context.js';

@Resolver(() => EvalMetrics)
export class EvalMetricsResolver {
  @FieldResolver(() => [Label], {
    description: 'Labels without a positive: left out of macro-F1, weighted F1 and mAP.',
  })
  async undefinedLabels(
    @Ctx() { loaders }: Context,
    @Root() metrics: EvalMetrics,
  ): Promise<Label[]> {
    if (metrics.undefinedIndices.length === 0) return [];
    const version = await loaders.version.load(metrics.versionId);
    return metrics.undefinedIndices.map((index) => version!.labels[index]!);
  }
}
