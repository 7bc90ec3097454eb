import { Field, InputType } from 'type-graphql';
import { Split } from './split.enum.js';

@InputType()
export class SampleFilter {
  @Field(() => Split, { nullable: true })
  split?: Split | null;

  @Field(() => [String], { nullable: true, description: 'Label keys; the sample has all of them.' })
  labels?: string[] | null;

  @Field(() => Boolean, { nullable: true })
  labelled?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Part of the caption or the key.' })
  text?: string | null;

  @Field(() => [String], { nullable: true })
  keys?: string[] | null;
}
