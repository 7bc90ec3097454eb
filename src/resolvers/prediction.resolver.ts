import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { PredictInput } from '../schema/predict.input.js';
import { Prediction } from '../schema/prediction.type.js';
import { Requires } from '../schema/requires.js';
import type { Context } from './context.js';
import { predictionInputs } from './prediction-inputs.js';

@Resolver()
export class PredictionResolver {
  @Requires('VIEWER')
  @Query(() => [Prediction], {
    description:
      '`model`: "name/3", "name@alias", "name@latest" or "run:<id>". At most 64 inputs; base64 over HTTP only.',
  })
  async predict(
    @Ctx() context: Context,
    @Arg('model', () => String) model: string,
    @Arg('inputs', () => [PredictInput]) inputs: PredictInput[],
    @Arg('thresholds', () => String, {
      nullable: true,
      description:
        "The name of one of the version's threshold sets; its own thresholds when left out.",
    })
    thresholds?: string | null,
  ): Promise<Prediction[]> {
    const { labels, predictions } = await context.services.predict(
      model,
      predictionInputs(inputs, context),
      thresholds ?? null,
    );
    const known = labels.map((label, index) => ({ index, key: label.key, name: label.name }));
    const scored = (list: readonly { labelIndex: number; score: number; threshold: number }[]) =>
      list.map(({ labelIndex, score, threshold }) => {
        const label = known[labelIndex];
        if (!label) throw new Error(`a prediction names label ${labelIndex} of ${known.length}`);
        return { label, score, threshold };
      });
    if (predictions.length !== inputs.length) {
      throw new ClipwrightError('INTERNAL', 'The model gave another number of predictions.');
    }
    return predictions.map(({ key, scores, labels: above }) => ({
      key,
      scores: scored(scores),
      labels: scored(above),
    }));
  }
}
