import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';
import {
  Activation,
  FusionKind,
  HeadKind,
  LossAverage,
  LossKind,
  OptimizerKind,
  PrototypeStart,
  QuerySource,
  Schedule,
  StopMetric,
  ThresholdKind,
} from './training.enums.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Head {
  @Field(() => HeadKind)
  kind!: HeadKind;

  @Field(() => [Int], { nullable: true })
  hidden!: number[] | null;

  @Field(() => Activation, { nullable: true })
  activation!: Activation | null;

  @Field(() => Float, { nullable: true })
  dropout!: number | null;

  @Field(() => Boolean, { nullable: true })
  layerNorm!: boolean | null;

  @Field(() => Boolean, { nullable: true })
  batchNorm!: boolean | null;

  @Field(() => Boolean, { nullable: true })
  residual!: boolean | null;

  @Field(() => Float, { nullable: true })
  residualRatio!: number | null;

  @Field(() => Int, { nullable: true })
  reduction!: number | null;

  @Field(() => Float, { nullable: true })
  scale!: number | null;

  @Field(() => PrototypeStart, { nullable: true })
  start!: PrototypeStart | null;

  @Field(() => QuerySource, { nullable: true })
  queries!: QuerySource | null;

  @Field(() => [String], { nullable: true })
  prompts!: string[] | null;

  @Field(() => Float, { nullable: true })
  offset!: number | null;

  @Field(() => Int, { nullable: true })
  neighbours!: number | null;

  @Field(() => Float, { nullable: true })
  sharpness!: number | null;

  @Field(() => Float, { nullable: true })
  cacheWeight!: number | null;

  @Field(() => Int, { nullable: true })
  tokens!: number | null;

  @Field(() => Int, { nullable: true })
  width!: number | null;

  @Field(() => Int, { nullable: true })
  depth!: number | null;

  @Field(() => Int, { nullable: true })
  heads!: number | null;

  @Field(() => Int, { nullable: true })
  groups!: number | null;

  @Field(() => Int, { nullable: true })
  coupling!: number | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Fusion {
  @Field(() => FusionKind)
  kind!: FusionKind;

  @Field(() => Int, { nullable: true })
  width!: number | null;

  @Field(() => Int, { nullable: true })
  factors!: number | null;

  @Field(() => Int, { nullable: true })
  rank!: number | null;

  @Field(() => Int, { nullable: true })
  tokenWidth!: number | null;

  @Field(() => Int, { nullable: true })
  heads!: number | null;

  @Field(() => Float, { nullable: true })
  modalityDropout!: number | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Loss {
  @Field(() => LossKind)
  kind!: LossKind;

  @Field(() => Boolean, { nullable: true })
  positiveWeights!: boolean | null;

  @Field(() => Float, { nullable: true })
  gammaPositive!: number | null;

  @Field(() => Float, { nullable: true })
  gammaNegative!: number | null;

  @Field(() => Float, { nullable: true })
  margin!: number | null;

  @Field(() => Float, { nullable: true })
  labelSmoothing!: number | null;

  @Field(() => Float, { nullable: true })
  alpha!: number | null;

  @Field(() => Float, { nullable: true })
  gamma!: number | null;

  @Field(() => Float, { nullable: true })
  beta!: number | null;

  @Field(() => Float, { nullable: true })
  mu!: number | null;

  @Field(() => Float, { nullable: true })
  lambda!: number | null;

  @Field(() => Float, { nullable: true })
  kappa!: number | null;

  @Field(() => Float, { nullable: true })
  positiveTemperature!: number | null;

  @Field(() => Float, { nullable: true })
  negativeTemperature!: number | null;

  @Field(() => LossAverage, { nullable: true })
  average!: LossAverage | null;

  @Field(() => Float, { nullable: true })
  eta!: number | null;

  @Field(() => Float, { nullable: true })
  weightAtTenth!: number | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Optimizer {
  @Field(() => OptimizerKind)
  kind!: OptimizerKind;

  @Field(() => Float, {
    nullable: true,
    description: 'Null with LBFGS, as are weightDecay and schedule.',
  })
  learningRate!: number | null;

  @Field(() => Float, { nullable: true })
  weightDecay!: number | null;

  @Field(() => [Float], {
    nullable: true,
    description: 'LBFGS; at most 100, each an epoch of the run.',
  })
  penalties!: number[] | null;

  @Field(() => Float, { nullable: true })
  tolerance!: number | null;

  @Field(() => Float, { nullable: true })
  momentum!: number | null;

  @Field(() => Boolean, { nullable: true })
  nesterov!: boolean | null;

  @Field(() => Float, { nullable: true })
  clipNorm!: number | null;

  @Field(() => Float, { nullable: true })
  averageDecay!: number | null;

  @Field(() => Schedule, {
    nullable: true,
    description:
      'The options of the schedules that were not chosen have no effect: they are as when left out, or as an earlier version took them.',
  })
  schedule!: Schedule | null;

  @Field(() => Float, { nullable: true })
  warmupEpochs!: number | null;

  @Field(() => Int, { nullable: true })
  stepEpochs!: number | null;

  @Field(() => Float, { nullable: true })
  stepFactor!: number | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class EarlyStopping {
  @Field(() => StopMetric)
  metric!: StopMetric;

  @Field(() => Int)
  patience!: number;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Thresholds {
  @Field(() => ThresholdKind)
  kind!: ThresholdKind;

  @Field(() => Float, { nullable: true })
  value!: number | null;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'Every setting, defaults filled in: with the seed, enough to repeat the run.',
})
export class RunConfig {
  @Field(() => Head)
  head!: Head;

  @Field(() => Fusion)
  fusion!: Fusion;

  @Field(() => Loss)
  loss!: Loss;

  @Field(() => Optimizer)
  optimizer!: Optimizer;

  @Field(() => Float, { nullable: true })
  mixup!: number | null;

  @Field(() => Int)
  epochs!: number;

  @Field(() => Int)
  batchSize!: number;

  @Field(() => EarlyStopping, { nullable: true })
  earlyStopping!: EarlyStopping | null;

  @Field(() => Thresholds)
  thresholds!: Thresholds;

  @Field(() => Boolean)
  deterministic!: boolean;
}
