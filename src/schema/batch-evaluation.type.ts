import { Field, Int, ObjectType } from 'type-graphql';
import { EvalMetrics } from './eval-metrics.type.js';
import { Label } from './label.type.js';
import { LabelMetrics } from './label-metrics.type.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'What a batch prediction is worth on those of its samples that are labelled, by the labels whose keys the model and the dataset ' +
    'version both have. Where the model was trained on the same photos it says little.',
})
export class BatchEvaluation {
  @Field(() => Int, { description: 'Labelled ones.' })
  numSamples!: number;

  @Field(() => [Label], { description: 'Of the dataset version, that the model has too.' })
  labels!: Label[];

  @Field(() => EvalMetrics)
  metrics!: EvalMetrics;

  @Field(() => [LabelMetrics], {
    description:
      'Of `labels`, in their order. Where the K best are predicted, their thresholds play no part.',
  })
  labelMetrics!: LabelMetrics[];
}
