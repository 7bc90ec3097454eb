import { Field, Float, ObjectType } from 'type-graphql';
import { Label } from './label.type.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class LabelScore {
  @Field(() => Label)
  label!: Label;

  @Field(() => Float)
  score!: number;

  @Field(() => Float)
  threshold!: number;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Prediction {
  @Field(() => String, { nullable: true })
  key!: string | null;

  @Field(() => [LabelScore], { description: 'Those at or above their threshold, best first.' })
  labels!: LabelScore[];

  @Field(() => [LabelScore], { description: 'All of them, in label order.' })
  scores!: LabelScore[];
}
