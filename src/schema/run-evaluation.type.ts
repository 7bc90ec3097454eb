import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { EvalMetrics } from './eval-metrics.type.js';
import { Label } from './label.type.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'What the k labels with the highest scores of a sample are worth.',
})
export class MetricsAtK {
  @Field(() => Int)
  k!: number;

  @Field(() => Float, { nullable: true })
  precision!: number | null;

  @Field(() => Float, { nullable: true })
  recall!: number | null;

  @Field(() => Float, { nullable: true })
  ndcg!: number | null;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'Samples whose probability lies above `from`, up to `to`.',
})
export class ReliabilityBin {
  @Field(() => Float)
  from!: number;

  @Field(() => Float)
  to!: number;

  @Field(() => Int)
  count!: number;

  @Field(() => Float, { nullable: true })
  meanProb!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Equal to meanProb if the model is calibrated.',
  })
  positiveShare!: number | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class LabelReliability {
  @Field(() => Label)
  label!: Label;

  @Field(() => Float, { nullable: true, description: 'Expected calibration error.' })
  ece!: number | null;

  @Field(() => Float, { nullable: true })
  brier!: number | null;

  @Field(() => [ReliabilityBin], { description: '15, of equal width.' })
  bins!: ReliabilityBin[];
}

export const LabelFrequency = { HEAD: 'HEAD', MEDIUM: 'MEDIUM', TAIL: 'TAIL' } as const;
export type LabelFrequency = keyof typeof LabelFrequency;
registerEnumType(LabelFrequency, {
  name: 'LabelFrequency',
  description: 'By positives in TRAIN: HEAD more than 100, MEDIUM 20 to 100, TAIL fewer.',
});

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'Labels that are about as frequent; means over those with a positive in the split.',
})
export class FrequencyGroup {
  @Field(() => LabelFrequency)
  group!: LabelFrequency;

  @Field(() => Int)
  numLabels!: number;

  @Field(() => Float, { nullable: true })
  macroF1!: number | null;

  @Field(() => Float, { nullable: true })
  meanAveragePrecision!: number | null;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'Of resampled samples, by their percentiles: what another draw of samples would change.',
})
export class MetricInterval {
  @Field(() => Float)
  low!: number;

  @Field(() => Float)
  high!: number;

  @Field(() => Float)
  level!: number;

  @Field(() => Int)
  resamples!: number;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'Every figure of a run on one split, with its weights of bestEpoch and its thresholds; docs/metrics.md says what each counts. ' +
    'Of more than 20 million scores only numSamples and metrics.',
})
export class RunEvaluation {
  @Field(() => Int)
  numSamples!: number;

  @Field(() => EvalMetrics)
  metrics!: EvalMetrics;

  @Field(() => Float, { nullable: true, description: 'OP' })
  microPrecision!: number | null;

  @Field(() => Float, { nullable: true, description: 'OR' })
  microRecall!: number | null;

  @Field(() => Float, { nullable: true, description: 'CP' })
  macroPrecision!: number | null;

  @Field(() => Float, { nullable: true, description: 'CR' })
  macroRecall!: number | null;

  @Field(() => Float, { nullable: true })
  weightedPrecision!: number | null;

  @Field(() => Float, { nullable: true })
  weightedRecall!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'CF1: the harmonic mean of CP and CR, which is not macroF1.',
  })
  harmonicMacroF1!: number | null;

  @Field(() => Float, { nullable: true })
  samplesPrecision!: number | null;

  @Field(() => Float, { nullable: true })
  samplesRecall!: number | null;

  @Field(() => Float, { nullable: true })
  samplesJaccard!: number | null;

  @Field(() => Float, { nullable: true, description: 'Labels that a sample carries, mean.' })
  trueCardinality!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Labels that are predicted for a sample, mean.',
  })
  predictedCardinality!: number | null;

  @Field(() => Float, { nullable: true })
  microAveragePrecision!: number | null;

  @Field(() => Float, { nullable: true })
  weightedAveragePrecision!: number | null;

  @Field(() => Float, { nullable: true })
  macroRocAuc!: number | null;

  @Field(() => Float, { nullable: true })
  microRocAuc!: number | null;

  @Field(() => Float, { nullable: true })
  rankingLoss!: number | null;

  @Field(() => Float, { nullable: true })
  coverageError!: number | null;

  @Field(() => Float, { nullable: true, description: 'LRAP' })
  labelRankingAveragePrecision!: number | null;

  @Field(() => Float, { nullable: true })
  oneError!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Expected calibration error, mean over the labels.',
  })
  macroEce!: number | null;

  @Field(() => Float, { nullable: true })
  macroBrier!: number | null;

  @Field(() => [Label], {
    description: 'Without a positive or without a negative: left out of macroRocAuc.',
  })
  undefinedRocAucLabels!: Label[];

  @Field(() => [MetricsAtK], { description: 'At 1, 3 and 5, as far as there are labels.' })
  atK!: MetricsAtK[];

  @Field(() => [LabelReliability], { description: 'In label order.' })
  reliability!: LabelReliability[];

  @Field(() => MetricInterval, { nullable: true })
  meanAveragePrecisionInterval!: MetricInterval | null;

  @Field(() => MetricInterval, { nullable: true })
  microF1Interval!: MetricInterval | null;

  @Field(() => MetricInterval, { nullable: true })
  macroF1Interval!: MetricInterval | null;

  @Field(() => MetricInterval, { nullable: true })
  samplesF1Interval!: MetricInterval | null;

  @Field(() => [FrequencyGroup], {
    description:
      'By TRAIN of the dataset version, also for a run on a fold; the most frequent first.',
  })
  frequencyGroups!: FrequencyGroup[];
}
