import { Field, ID, InputType, Int } from 'type-graphql';
import { Precision } from './precision.enum.js';
import { FusionInput, HeadInput, LossInput, RunConfigInput } from './run-config.input.js';

@InputType({
  description:
    'Every head × fusion × loss × seed is a run, at most 1,000 together. An axis that is left out has the one value of ' +
    '`config`.',
})
export class ExperimentInput {
  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => ID)
  datasetId!: string;

  @Field(() => Int, { nullable: true, description: 'The latest when left out.' })
  datasetVersion?: number | null;

  @Field(() => ID)
  encoderId!: string;

  @Field(() => Precision, { nullable: true })
  precision?: Precision | null;

  @Field(() => [HeadInput], { nullable: true })
  heads?: HeadInput[] | null;

  @Field(() => [FusionInput], { nullable: true })
  fusions?: FusionInput[] | null;

  @Field(() => [LossInput], { nullable: true })
  losses?: LossInput[] | null;

  @Field(() => [Int], { nullable: true, description: '1 when left out.' })
  seeds?: number[] | null;

  @Field(() => RunConfigInput, { nullable: true, description: 'What lies on no axis.' })
  config?: RunConfigInput | null;
}

@InputType({ description: 'What is added to the axes, and to the seeds.' })
export class ExtendExperimentInput {
  @Field(() => ID)
  id!: string;

  @Field(() => [HeadInput], { nullable: true })
  heads?: HeadInput[] | null;

  @Field(() => [FusionInput], { nullable: true })
  fusions?: FusionInput[] | null;

  @Field(() => [LossInput], { nullable: true })
  losses?: LossInput[] | null;

  @Field(() => [Int], { nullable: true })
  seeds?: number[] | null;
}
