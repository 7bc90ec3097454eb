import { Field, Float, InputType, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';

@InputType()
export class ZeroShotLabel {
  @Field(() => String)
  name!: string;

  @Field(() => [String], {
    nullable: true,
    description:
      'What makes the name a text, with {} in its place; of several, the mean of the embeddings is taken. Seven of those of ' +
      'CLIP when left out.',
  })
  prompts?: string[] | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class ZeroShotScore {
  @Field(() => String)
  name!: string;

  @Field(() => Float, { description: "Cosine to the label's text." })
  similarity!: number;

  @Field(() => Float, {
    description:
      'Of one among the given labels: softmax over them, as CLIP was trained. All shares of an input add up to 1, also where ' +
      'none of the labels fits.',
  })
  share!: number;

  @Field(() => Float, {
    description:
      "Of this label alone, whatever the others are: from 0 to 1 how much nearer its text is than the same prompts of 'something', " +
      '0.5 where neither is. It is not calibrated on data.',
  })
  relevance!: number;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class ZeroShotPrediction {
  @Field(() => String, { nullable: true })
  key!: string | null;

  @Field(() => [ZeroShotScore], { description: 'Of all labels, in the order given.' })
  scores!: ZeroShotScore[];
}
