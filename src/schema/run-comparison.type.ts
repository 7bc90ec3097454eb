import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Label } from './label.type.js';
import { CellLabelScore } from './report-labels.type.js';
import { Requires } from './requires.js';
import { Sample } from './sample.type.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class ComparedLabel {
  @Field(() => Label)
  label!: Label;

  @Field(() => Int)
  support!: number;

  @Field(() => CellLabelScore)
  a!: CellLabelScore;

  @Field(() => CellLabelScore)
  b!: CellLabelScore;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class DifferingSample {
  @Field(() => Sample)
  sample!: Sample;

  @Field(() => [Label], { description: 'On which `a` alone is right.' })
  gained!: Label[];

  @Field(() => [Label], { description: 'On which `b` alone is right.' })
  lost!: Label[];
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: "How much higher a's figure is than b's, each at its run's thresholds.",
})
export class MetricDifference {
  @Field(() => Float, { description: 'On the samples as they are.' })
  difference!: number;

  @Field(() => Float)
  low!: number;

  @Field(() => Float)
  high!: number;

  @Field(() => Float, { description: 'Two-sided.' })
  pValue!: number;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    "How much higher a's figures are than b's on the samples of a split that both have scored, with the paired percentile bootstrap over " +
    'samples; label by label, and sample by sample with their thresholds.',
})
export class RunComparison {
  @Field(() => MetricDifference)
  meanAveragePrecision!: MetricDifference;

  @Field(() => Float, { description: 'Of the interval: 0.95.' })
  level!: number;

  @Field(() => Int)
  resamples!: number;

  @Field(() => Int)
  numSamples!: number;

  @Field(() => MetricDifference)
  microF1!: MetricDifference;

  @Field(() => MetricDifference)
  macroF1!: MetricDifference;

  @Field(() => MetricDifference)
  samplesF1!: MetricDifference;

  @Field(() => [ComparedLabel], { description: 'In label order.' })
  labels!: ComparedLabel[];

  @Field(() => Int, {
    description: 'Decisions, one per sample and label, that `a` alone has right.',
  })
  gained!: number;

  @Field(() => Int, { description: 'Those that `b` alone has right.' })
  lost!: number;

  @Field(() => Int, { description: 'Samples with at least one of them.' })
  numDiffering!: number;

  @Field(() => [DifferingSample], { description: 'At most 50, those with the most first.' })
  samples!: DifferingSample[];
}
