import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { badUserInput } from '../errors/bad-user-input.js';
import { BatchEvaluation } from '../schema/batch-evaluation.type.js';
import { BatchPrediction } from '../schema/batch-prediction.type.js';
import { Split } from '../schema/split.enum.js';
import type { BatchFigures } from '../services/batch-evaluations.js';
import { isFinished } from '../services/batch-results.js';
import { rowOf } from './batch-prediction-object.js';
import type { Context } from './context.js';
import { required } from './required.js';
import { metricsObject } from './run-objects.js';

/** Each reads every score when it is asked for first. */
const MAX_EVALUATIONS = 10;

@Resolver(() => BatchPrediction)
export class BatchEvaluationResolver {
  @FieldResolver(() => BatchEvaluation, {
    nullable: true,
    description:
      `Of at most ${MAX_EVALUATIONS} batch predictions at a time; null until it has SUCCEEDED, and where no sample is labelled or no ` +
      'label is one of the model’s.',
  })
  async evaluation(
    @Ctx() { services, loaders }: Context,
    @Root() batch: BatchPrediction,
    @Arg('split', () => Split, { nullable: true, description: 'All of `splits` when left out.' })
    split?: Split | null,
  ): Promise<BatchEvaluation | null> {
    const row = rowOf(batch);
    if (!isFinished(row)) return null;
    const figures = await loaders
      .keyed<BatchFigures | null>(`batchEvaluation:${split ?? ''}`, async (ids) => {
        if (ids.length > MAX_EVALUATIONS) {
          throw badUserInput(
            `expected \`evaluation\` of at most ${MAX_EVALUATIONS} batch predictions but received ${ids.length}`,
          );
        }
        // One after the other, so that they hold one connection.
        const all: (BatchFigures | null)[] = [];
        for (const id of ids) all.push(await services.evaluateBatch(id, split ?? null));
        return all;
      })
      .load(row.id);
    if (!figures) return null;
    const { labels } = required(await loaders.version.load(row.versionId), 'dataset version');
    return {
      numSamples: figures.numSamples,
      labels: figures.labels.map((index) => labels[index]!),
      metrics: metricsObject(figures.metrics, row.versionId)!,
      labelMetrics: figures.labelMetrics.map((each) => ({ ...each, label: labels[each.label]! })),
    };
  }
}
