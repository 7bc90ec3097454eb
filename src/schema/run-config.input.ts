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

  @Field(() => Int, {
    nullable: true,
    description:
      'HADAMARD, GATED, MLB, MFB, MUTAN: coordinates of the fused feature; 256 for MFB and MUTAN, 512 for the others when ' +
      'left out.',
  })
  width?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'MFB: products that are summed for each coordinate; 5 when left out.',
  })
  factors?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'MUTAN: rank of each slice of the core tensor; 5 when left out.',
  })
  rank?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "CROSS_ATTENTION: coordinates in a token, a divisor of the embeddings' dimension; 64 when left out.",
  })
  tokenWidth?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'CROSS_ATTENTION: a divisor of `tokenWidth`; 4 when left out.',
  })
  heads?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Every kind but IMAGE_ONLY and TEXT_ONLY: the part of the samples that lose photo or caption in a step of training, 0 ' +
      'when left out. Above 0 a learned vector stands in for what is missing: samples with only one of the two are used ' +
      'too, and the model takes photo only, caption only and both.',
  })
  modalityDropout?: number | null;
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

@InputType({ description: 'WARMUP_COSINE: 1 epoch of warm-up when left out, then down to 0.' })
export class OptimizerInput {
  @Field(() => OptimizerKind)
  kind!: OptimizerKind;

  @Field(() => Float, { nullable: true })
  learningRate?: number | null;

  @Field(() => Float, { nullable: true })
  weightDecay?: number | null;

  @Field(() => Schedule, { nullable: true })
  schedule?: Schedule | null;

  @Field(() => Float, { nullable: true })
  warmupEpochs?: number | null;
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
