import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Precision } from '../schema/precision.enum.js';
import { PredictInput } from '../schema/predict.input.js';
import { Requires } from '../schema/requires.js';
import { ZeroShotLabel, ZeroShotPrediction } from '../schema/zero-shot.type.js';
import type { Context } from './context.js';
import { predictionInputs } from './prediction-inputs.js';

@Resolver()
export class ZeroShotResolver {
  @Requires('VIEWER')
  @Query(() => [ZeroShotPrediction], {
    description:
      'How near contents are to labels for which nothing was trained, by an encoder. Inputs as in `predict`; of one with text and ' +
      'image, the sum of both embeddings. At most 500 labels and 1,000 prompts in all. As a run beside trained ones: ' +
      '`startRun` with head ZERO_SHOT.',
  })
  zeroShot(
    @Ctx() context: Context,
    @Arg('encoderId', () => ID) encoderId: string,
    @Arg('labels', () => [ZeroShotLabel]) labels: ZeroShotLabel[],
    @Arg('inputs', () => [PredictInput]) inputs: PredictInput[],
    @Arg('precision', () => Precision, { nullable: true, defaultValue: 'FP32' })
    precision?: Precision | null,
  ): Promise<ZeroShotPrediction[]> {
    return context.services.zeroShot({
      encoderId,
      labels,
      inputs: predictionInputs(inputs, context),
      precision: precision ?? 'FP32',
    });
  }
}
