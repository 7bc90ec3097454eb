import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { MeanDeviation } from './experiment-report.type.js';
import { Requires } from './requires.js';

export const RunGroupField = {
  HEAD: 'HEAD',
  FUSION: 'FUSION',
  LOSS: 'LOSS',
  OPTIMIZER: 'OPTIMIZER',
  DATASET_VERSION: 'DATASET_VERSION',
  ENCODER: 'ENCODER',
  SEED: 'SEED',
  SETTINGS: 'SETTINGS',
} as const;
export type RunGroupField = keyof typeof RunGroupField;
registerEnumType(RunGroupField, {
  name: 'RunGroupField',
  description:
    'HEAD, FUSION, LOSS and OPTIMIZER are their kinds. SETTINGS: everything but the seed and the fold.',
});

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'Runs that are the same in what they are grouped by; figures over those that have them.',
})
export class RunGroup {
  @Field(() => Int)
  numRuns!: number;

  @Field(() => Int)
  numSeeds!: number;

  @Field(() => MeanDeviation, { nullable: true })
  meanAveragePrecision!: MeanDeviation | null;

  @Field(() => MeanDeviation, { nullable: true })
  microF1!: MeanDeviation | null;

  @Field(() => MeanDeviation, { nullable: true })
  macroF1!: MeanDeviation | null;

  @Field(() => MeanDeviation, { nullable: true })
  samplesF1!: MeanDeviation | null;

  runId!: string;
}
