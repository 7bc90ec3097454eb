import { Field, InputType, Int } from 'type-graphql';
import { StopMetric } from './training.enums.js';

@InputType()
export class EarlyStoppingInput {
  @Field(() => StopMetric)
  metric!: StopMetric;

  @Field(() => Int)
  patience!: number;
}
