import { Field, Float, InputType } from 'type-graphql';
import { ThresholdKind } from './training.enums.js';

@InputType({
  description:
    'GLOBAL: the best micro-F1 of one threshold. PER_LABEL: the best F1 of each label. CROSS_VALIDATED: per label, the ' +
    'mean over 5 folds, near GLOBAL where positives are few. CARDINALITY: one threshold that predicts as many labels as ' +
    'VALIDATION has.',
})
export class ThresholdsInput {
  @Field(() => ThresholdKind)
  kind!: ThresholdKind;

  @Field(() => Float, { nullable: true, description: 'FIXED: 0.5 when left out.' })
  value?: number | null;
}
