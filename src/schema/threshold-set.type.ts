import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from './date-time.scalar.js';
import { EvalMetrics } from './eval-metrics.type.js';
import { Label } from './label.type.js';
import { Requires } from './requires.js';
import { ThresholdKind } from './training.enums.js';

export const ThresholdSetKind = { ...ThresholdKind, TOP_K: 'TOP_K' } as const;
export type ThresholdSetKind = keyof typeof ThresholdSetKind;
registerEnumType(ThresholdSetKind, {
  name: 'ThresholdSetKind',
  valuesConfig: { TOP_K: { description: 'The k labels with the highest scores of every input.' } },
});

export const CalibrationKind = {
  NONE: 'NONE',
  TEMPERATURE: 'TEMPERATURE',
  PLATT: 'PLATT',
} as const;
export type CalibrationKind = keyof typeof CalibrationKind;
registerEnumType(CalibrationKind, {
  name: 'CalibrationKind',
  description:
    'Of logits: TEMPERATURE divides all by one number, PLATT has a slope and an intercept for each label.',
});

export const ThresholdWarningReason = {
  FEW_POSITIVES: 'FEW_POSITIVES',
  LOW_THRESHOLD: 'LOW_THRESHOLD',
  MINIMUM_NOT_REACHED: 'MINIMUM_NOT_REACHED',
} as const;
export type ThresholdWarningReason = keyof typeof ThresholdWarningReason;
registerEnumType(ThresholdWarningReason, {
  name: 'ThresholdWarningReason',
  valuesConfig: {
    FEW_POSITIVES: {
      description:
        'Fitted on fewer than 20 positives: of the label, with GLOBAL and CARDINALITY of all labels together.',
    },
    LOW_THRESHOLD: { description: 'Below 0.05: almost everything is predicted.' },
    MINIMUM_NOT_REACHED: {
      description:
        'No cut has the `minPrecision` or `minRecall` asked for on VALIDATION: this one comes nearest, or is 0.5 for a label ' +
        'without a positive there.',
    },
  },
});

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class LabelThreshold {
  @Field(() => Label)
  label!: Label;

  @Field(() => Float)
  threshold!: number;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'Why a fitted threshold may be luck, or not what was asked for.',
})
export class ThresholdWarning {
  @Field(() => Label)
  label!: Label;

  @Field(() => ThresholdWarningReason)
  reason!: ThresholdWarningReason;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    "An operating point on a version's weights: fitted on the VALIDATION scores of its run, or the mean of its members', first " +
    'the calibration, then the thresholds. With a calibration, predictions have calibrated scores.',
})
export class ThresholdSet {
  @Field(() => String)
  name!: string;

  @Field(() => ThresholdSetKind)
  kind!: ThresholdSetKind;

  @Field(() => Float, { nullable: true })
  value!: number | null;

  @Field(() => Int, { nullable: true })
  k!: number | null;

  @Field(() => CalibrationKind)
  calibration!: CalibrationKind;

  @Field(() => Float, { nullable: true })
  minPrecision!: number | null;

  @Field(() => Float, { nullable: true })
  minRecall!: number | null;

  @Field(() => [LabelThreshold], { description: 'In label order; none of TOP_K.' })
  thresholds!: LabelThreshold[];

  @Field(() => EvalMetrics, { nullable: true, description: 'On TEST.' })
  metrics!: EvalMetrics | null;

  @Field(() => [ThresholdWarning], {
    description:
      'In label order, at most one of each reason for a label. None of FIXED and TOP_K, whose cuts are not fitted.',
  })
  warnings!: ThresholdWarning[];

  @Field(() => DateTime)
  createdAt!: Date;
}

@InputType({ description: 'Kinds, but for TOP_K, as in ThresholdsInput.' })
export class CreateThresholdSetInput {
  @Field(() => String, { description: '"name/3", "name@alias" or "name@latest".' })
  modelVersion!: string;

  @Field(() => String, { description: '[a-z0-9][a-z0-9._-]{0,63}, unique in its version.' })
  name!: string;

  @Field(() => ThresholdSetKind)
  kind!: ThresholdSetKind;

  @Field(() => Float, { nullable: true, description: 'FIXED: 0.5 when left out.' })
  value?: number | null;

  @Field(() => Int, { nullable: true, description: 'TOP_K: needed.' })
  k?: number | null;

  @Field(() => CalibrationKind, { nullable: true, description: 'NONE when left out.' })
  calibration?: CalibrationKind | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'PER_LABEL: above 0 and up to 1. Each label has the best F1 among the cuts with at least this precision on VALIDATION; ' +
      'labels that cannot reach it get the cut that comes nearest, and a warning. Not with `minRecall`.',
  })
  minPrecision?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'PER_LABEL: the same of recall. Not with `minPrecision`.',
  })
  minRecall?: number | null;
}
