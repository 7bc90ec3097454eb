import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';
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
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Optimizer {
  @Field(() => OptimizerKind)
  kind!: OptimizerKind;

  @Field(() => Float)
  learningRate!: number;

  @Field(() => Float)
  weightDecay!: number;

  @Field(() => Schedule)
  schedule!: Schedule;

  @Field(() => Float, { nullable: true })
  warmupEpochs!: number | null;
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
