import { Field, Float, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'Macro, weighted and mAP leave out labels without a positive in the split; micro-F1, samples-F1, ' +
    'Hamming loss and subset accuracy count every label.',
})
export class EvalMetrics {
  @Field(() => Float, { nullable: true })
  microF1!: number | null;

  @Field(() => Float, { nullable: true })
  macroF1!: number | null;

  @Field(() => Float, { nullable: true })
  samplesF1!: number | null;

  @Field(() => Float, { nullable: true })
  weightedF1!: number | null;

  @Field(() => Float, { nullable: true })
  meanAveragePrecision!: number | null;

  @Field(() => Float, { nullable: true })
  hammingLoss!: number | null;

  @Field(() => Float, { nullable: true })
  subsetAccuracy!: number | null;

  undefinedIndices!: number[];
  /** The version whose labels the indices count. */
  versionId!: string;
}
