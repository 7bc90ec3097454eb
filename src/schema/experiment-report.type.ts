import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Requires } from './requires.js';
import { Fusion, Head, Loss, Optimizer, RunConfig } from './run-config.type.js';

export const ExperimentAxis = {
  ENCODER: 'ENCODER',
  HEAD: 'HEAD',
  FUSION: 'FUSION',
  LOSS: 'LOSS',
  OPTIMIZER: 'OPTIMIZER',
  MIXUP: 'MIXUP',
  BATCH_SIZE: 'BATCH_SIZE',
  EPOCHS: 'EPOCHS',
} as const;
export type ExperimentAxis = keyof typeof ExperimentAxis;
registerEnumType(ExperimentAxis, { name: 'ExperimentAxis' });

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class MeanDeviation {
  @Field(() => Float)
  mean!: number;

  @Field(() => Float, { nullable: true, description: 'With n − 1; null of one value.' })
  deviation!: number | null;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'Over seeds and folds, on VALIDATION (see `onPaired`), with fitted thresholds.',
})
export class CellReport {
  @Field(() => Int)
  number!: number;

  @Field(() => RunConfig)
  config!: RunConfig;

  @Field(() => Int, { description: 'Of HALVING, from 0.' })
  rung!: number;

  @Field(() => Int, {
    description: 'Seeds of which all runs have succeeded: one, or one for each fold.',
  })
  numSeeds!: number;

  @Field(() => Boolean, {
    description: 'None of its runs is missing: only such cells are compared.',
  })
  complete!: boolean;

  @Field(() => MeanDeviation, { nullable: true })
  meanAveragePrecision!: MeanDeviation | null;

  @Field(() => MeanDeviation, { nullable: true })
  microF1!: MeanDeviation | null;

  @Field(() => MeanDeviation, { nullable: true })
  macroF1!: MeanDeviation | null;

  setId!: string;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'One value of an axis: the field of its name (`embeddingSet` for ENCODER), the others are null. Options that a search draws from a range are those ' +
    'of its best cell. In HALVING of the lowest rung, where all are trained equally long.',
})
export class AxisEffect {
  @Field(() => ExperimentAxis)
  axis!: ExperimentAxis;

  @Field(() => Head, { nullable: true })
  head!: Head | null;

  @Field(() => Fusion, { nullable: true })
  fusion!: Fusion | null;

  @Field(() => Loss, { nullable: true })
  loss!: Loss | null;

  @Field(() => Optimizer, { nullable: true })
  optimizer!: Optimizer | null;

  @Field(() => Float, { nullable: true })
  mixup!: number | null;

  @Field(() => Int, { nullable: true })
  batchSize!: number | null;

  @Field(() => Int, { nullable: true })
  epochs!: number | null;

  @Field(() => Float, { nullable: true, description: 'The mean over its complete cells.' })
  meanAveragePrecision!: number | null;

  @Field(() => Int)
  numCells!: number;

  setId!: string | null;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    "How much higher the fused cell's mAP is than the other's on the TEST samples that both can use, each averaged over " +
    'its seeds: the paired percentile bootstrap over samples. With folds all of them are pooled: every sample is scored ' +
    'once per seed. Both were chosen on VALIDATION.',
})
export class CellComparison {
  @Field(() => Float, { description: 'On the samples as they are.' })
  difference!: number;

  @Field(() => Float)
  low!: number;

  @Field(() => Float)
  high!: number;

  @Field(() => Float, { description: 'Two-sided.' })
  pValue!: number;

  @Field(() => Float, { description: 'Of the interval: 0.95.' })
  level!: number;

  @Field(() => Int)
  resamples!: number;

  @Field(() => Int)
  numSamples!: number;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true, description: 'Of the runs that have succeeded so far.' })
export class ExperimentReport {
  @Field(() => Boolean, {
    description:
      'Where the fusions need different modalities, cells are compared on the VALIDATION samples that have a photo and a ' +
      'caption; otherwise on all that the fusion can use. Runs that were trained before that was measured keep the latter.',
  })
  onPaired!: boolean;

  @Field(() => [CellReport], { description: 'At most 2,000, the highest mAP first.' })
  cells!: CellReport[];

  @Field(() => [AxisEffect], { description: 'Axis after axis, the best value first.' })
  effects!: AxisEffect[];

  @Field(() => CellReport, { nullable: true, description: 'In mAP, of the complete cells.' })
  best!: CellReport | null;

  @Field(() => CellReport, {
    nullable: true,
    description: 'The best whose fusion needs photo and caption.',
  })
  bestFused!: CellReport | null;

  @Field(() => CellReport, {
    nullable: true,
    description: 'The best whose fusion needs one of them.',
  })
  bestSingle!: CellReport | null;

  @Field(() => CellReport, { nullable: true })
  bestImageOnly!: CellReport | null;

  @Field(() => CellReport, { nullable: true })
  bestTextOnly!: CellReport | null;

  @Field(() => Int, {
    description: 'Of how many cells `best` is the best: the more, the more of its lead is luck.',
  })
  numCellsCompared!: number;

  versionId!: string;
  /** The score files of the two cells, seed by seed. */
  fusedScores!: string[][];
  singleScores!: string[][];
  /** The runs of the best cells, seed by seed. */
  bestRuns!: { imageOnly: string[][]; textOnly: string[][]; fused: string[][] };
}
