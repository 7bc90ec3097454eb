import { Field, ID, InputType } from 'type-graphql';
import { Precision } from './precision.enum.js';

@InputType()
export class EncoderChoiceInput {
  @Field(() => ID)
  encoderId!: string;

  @Field(() => Precision, { nullable: true, description: 'FP32 when left out.' })
  precision?: Precision | null;
}
