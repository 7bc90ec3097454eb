import { Field, Float, InputType, Int } from 'type-graphql';
import { EarlyStoppingInput } from './early-stopping.input.js';
import { FusionInput } from './fusion.input.js';
import { HeadInput } from './head.input.js';
import { LossInput } from './loss.input.js';
import { OptimizerInput } from './optimizer.input.js';
import { ThresholdsInput } from './thresholds.input.js';

@InputType()
export class RunConfigInput {
  @Field(() => HeadInput, {
    nullable: true,
    description: 'MLP, one hidden layer of 512, GELU, dropout 0.2, no layer norm when left out.',
  })
  head?: HeadInput | null;

  @Field(() => FusionInput, { nullable: true, description: 'CONCAT when left out.' })
  fusion?: FusionInput | null;

  @Field(() => LossInput, {
    nullable: true,
    description: 'BCE when left out; the mean over samples and labels, samples or batches.',
  })
  loss?: LossInput | null;

  @Field(() => OptimizerInput, {
    nullable: true,
    description:
      'ADAMW, learning rate 0.001, weight decay 0.01 (not on biases and norms), CONSTANT when left out.',
  })
  optimizer?: OptimizerInput | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'The α of mixup: every step trains on its embeddings and labels mixed with those of other samples, in shares drawn ' +
      'from Beta(α, α). 0.2 mixes a little, 1 anything; 0, or left out: no mixing.',
  })
  mixup?: number | null;

  @Field(() => Int, { nullable: true, description: '30 when left out.' })
  epochs?: number | null;

  @Field(() => Int, { nullable: true, description: '256 when left out.' })
  batchSize?: number | null;

  @Field(() => EarlyStoppingInput, {
    nullable: true,
    description:
      'MEAN_AVERAGE_PRECISION with patience 5 when left out; null: all epochs, the best in mAP is kept. Without ' +
      'labelled validation samples the last epoch is kept and thresholds are FIXED 0.5.',
  })
  earlyStopping?: EarlyStoppingInput | null;

  @Field(() => ThresholdsInput, { nullable: true, description: 'PER_LABEL when left out.' })
  thresholds?: ThresholdsInput | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'One thread, and the same weights bit for bit on the same machine.',
  })
  deterministic?: boolean | null;
}
