import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Label } from './label.type.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'Two labels that occur together, among the labelled samples; one that is unknown of a sample counts as not carried.',
})
export class LabelPair {
  @Field(() => Label)
  a!: Label;

  @Field(() => Label)
  b!: Label;

  @Field(() => Int, { description: 'Samples that carry both.' })
  count!: number;

  @Field(() => Float, {
    description: 'How many times as often as if they were independent: P(a and b) / (P(a) · P(b)).',
  })
  lift!: number;

  @Field(() => Float, { description: 'Of the samples with `a`, the part that carries `b`.' })
  bGivenA!: number;

  @Field(() => Float, { description: 'Of the samples with `b`, the part that carries `a`.' })
  aGivenB!: number;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    "A label predicted by string match: every word of its name, or the word's simple plural, occurs in the caption. On the " +
    'labelled samples that have a caption.',
})
export class CaptionMatch {
  @Field(() => Label)
  label!: Label;

  @Field(() => Int, { description: 'Samples that carry the label.' })
  support!: number;

  @Field(() => Int, { description: 'Samples whose caption has its words.' })
  matched!: number;

  @Field(() => Float, { nullable: true, description: 'Null where no caption has its words.' })
  precision!: number | null;

  @Field(() => Float, { nullable: true, description: 'Null where no sample carries it.' })
  recall!: number | null;

  @Field(() => Float, { nullable: true, description: 'Null where both are.' })
  f1!: number | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class CardinalityCount {
  @Field(() => Int)
  numLabels!: number;

  @Field(() => Int, { description: 'Labelled samples that carry so many labels.' })
  numSamples!: number;
}
