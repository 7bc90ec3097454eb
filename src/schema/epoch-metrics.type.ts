import { Field, Float, Int, ObjectType } from 'type-graphql';
import { EvalMetrics } from './eval-metrics.type.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true, description: 'Thresholds are 0.5 here.' })
export class EpochMetrics {
  @Field(() => Int)
  epoch!: number;

  @Field(() => Float)
  trainLoss!: number;

  @Field(() => Float, { nullable: true })
  validationLoss!: number | null;

  @Field(() => EvalMetrics, { nullable: true })
  validation!: EvalMetrics | null;

  @Field(() => Float)
  learningRate!: number;

  @Field(() => Float)
  seconds!: number;

  @Field(() => Float, { description: 'Of this epoch and all before it.' })
  elapsedSeconds!: number;
}
