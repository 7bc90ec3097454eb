import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Label } from './label.type.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class LabelMetrics {
  @Field(() => Label)
  label!: Label;

  @Field(() => Int)
  support!: number;

  @Field(() => Float)
  threshold!: number;

  @Field(() => Float, { nullable: true })
  precision!: number | null;

  @Field(() => Float, { nullable: true })
  recall!: number | null;

  @Field(() => Float, { nullable: true })
  f1!: number | null;

  @Field(() => Float, { nullable: true })
  averagePrecision!: number | null;
}
