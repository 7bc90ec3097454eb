import { Field, Float, InputType, Int } from 'type-graphql';
import {
  Activation,
  FusionKind,
  HeadKind,
  LossKind,
  OptimizerKind,
  Schedule,
  StopMetric,
  ThresholdKind,
} from './training.enums.js';

@InputType()
export class HeadInput {
  @Field(() => HeadKind)
  kind!: HeadKind;

  @Field(() => [Int], { nullable: true })
  hidden?: number[] | null;

  @Field(() => Activation, { nullable: true })
  activation?: Activation | null;

  @Field(() => Float, { nullable: true })
  dropout?: number | null;

  @Field(() => Boolean, { nullable: true })
  layerNorm?: boolean | null;
}

@InputType()
export class FusionInput {
  @Field(() => FusionKind)
  kind!: FusionKind;
}

@InputType({
  description:
    'ASYMMETRIC: gammaPositive 0, gammaNegative 4, margin 0.05 when left out. positiveWeights: negatives ÷ positives ' +
    'over TRAIN, at most 100.',
})
export class LossInput {
  @Field(() => LossKind)
  kind!: LossKind;

  @Field(() => Boolean, { nullable: true })
  positiveWeights?: boolean | null;

  @Field(() => Float, { nullable: true })
  gammaPositive?: number | null;

  @Field(() => Float, { nullable: true })
  gammaNegative?: number | null;

  @Field(() => Float, { nullable: true })
  margin?: number | null;
}

@InputType({
  description:
    'Learning rate 0.001 (SGD 0.1, LION 0.0003), weight decay 0 (ADAMW 0.01, LION 0.03) when left out. Weight decay is ' +
    'decoupled with ADAMW and LION, an L2 penalty with SGD and ADAM; it spares biases and norms.',
})
export class OptimizerInput {
  @Field(() => OptimizerKind)
  kind!: OptimizerKind;

  @Field(() => Float, { nullable: true })
  learningRate?: number | null;

  @Field(() => Float, { nullable: true })
  weightDecay?: number | null;

  @Field(() => Float, { nullable: true, description: 'SGD: 0.9 when left out.' })
  momentum?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'SGD: false when left out.' })
  nesterov?: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The most that the norm of all gradients together may be; 0, or left out: any.',
  })
  clipNorm?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Evaluates and keeps an average of the weights, in which every step counts this many times as much as the next: ' +
      '0.99 is about the last 100 steps. 0, or left out: the weights themselves.',
  })
  averageDecay?: number | null;

  @Field(() => Schedule, {
    nullable: true,
    description:
      'CONSTANT when left out. WARMUP_COSINE: in a straight line up over warmupEpochs, then along a cosine down to 0. ' +
      'STEP: times stepFactor every stepEpochs. ONE_CYCLE: along cosines from 1/25 up over 30 % of the run, then down to ' +
      '1/250000.',
  })
  schedule?: Schedule | null;

  @Field(() => Float, { nullable: true, description: 'WARMUP_COSINE: 1 when left out.' })
  warmupEpochs?: number | null;

  @Field(() => Int, { nullable: true, description: 'STEP: 10 when left out.' })
  stepEpochs?: number | null;

  @Field(() => Float, { nullable: true, description: 'STEP: 0.1 when left out.' })
  stepFactor?: number | null;
}

@InputType()
export class EarlyStoppingInput {
  @Field(() => StopMetric)
  metric!: StopMetric;

  @Field(() => Int)
  patience!: number;
}

@InputType()
export class ThresholdsInput {
  @Field(() => ThresholdKind)
  kind!: ThresholdKind;

  @Field(() => Float, { nullable: true, description: 'FIXED: 0.5 when left out.' })
  value?: number | null;
}

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
    description: 'BCE when left out; the mean over samples and labels.',
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
