import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Label } from './label.type.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'What a label reaches where it is predicted from a score of `threshold` on.',
})
export class LabelCut {
  @Field(() => Float, { description: 'The score of a sample.' })
  threshold!: number;

  @Field(() => Int, { description: 'Samples with that score or a higher one.' })
  predicted!: number;

  @Field(() => Int)
  truePositives!: number;

  @Field(() => Float)
  precision!: number;

  @Field(() => Float, { nullable: true, description: 'Null where no sample carries the label.' })
  recall!: number | null;

  @Field(() => Float)
  f1!: number;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class LabelCurve {
  @Field(() => Label)
  label!: Label;

  @Field(() => Int, { description: 'Samples that carry the label.' })
  support!: number;

  @Field(() => Int, { description: 'Samples of which it is known whether they do.' })
  numSamples!: number;

  @Field(() => [LabelCut], {
    description:
      'From the highest threshold down, each exact. Where there are more than 1000 about as many of them, evenly chosen, with those ' +
      "of the highest F1 and of the run's threshold, which is the last cut at or above it.",
  })
  cuts!: LabelCut[];
}
