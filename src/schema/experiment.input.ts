import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { EncoderChoiceInput } from './encoder-choice.input.js';
import { SearchInput } from './experiment-search.input.js';
import { FoldsInput } from './fold.type.js';
import { FusionInput } from './fusion.input.js';
import { HeadInput } from './head.input.js';
import { LossInput } from './loss.input.js';
import { OptimizerInput } from './optimizer.input.js';
import { Precision } from './precision.enum.js';
import { RunConfigInput } from './run-config.input.js';

/** What an experiment varies. Each is a list of different values. */
@InputType()
class AxesInput {
  @Field(() => [HeadInput], { nullable: true })
  heads?: HeadInput[] | null;

  @Field(() => [FusionInput], { nullable: true })
  fusions?: FusionInput[] | null;

  @Field(() => [LossInput], { nullable: true })
  losses?: LossInput[] | null;

  @Field(() => [OptimizerInput], { nullable: true })
  optimizers?: OptimizerInput[] | null;

  @Field(() => [Float], { nullable: true })
  mixups?: number[] | null;

  @Field(() => [Int], { nullable: true })
  batchSizes?: number[] | null;

  @Field(() => [Int], { nullable: true })
  epochs?: number[] | null;
}

@InputType({
  description:
    'Every combination of the axes (encoders × heads × fusions × losses × optimizers × mixups × batchSizes × epochs) × seed × fold is a ' +
    'run, at most 1,000 together; `search` takes some of them. An axis that is left out has the one value of `config`.',
})
export class ExperimentInput extends AxesInput {
  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => ID)
  datasetId!: string;

  @Field(() => Int, { nullable: true, description: 'The latest when left out.' })
  datasetVersion?: number | null;

  @Field(() => ID, { nullable: true, description: 'One encoder; or several as `encoders`.' })
  encoderId?: string | null;

  @Field(() => Precision, { nullable: true, description: 'Of `encoderId`; FP32 when left out.' })
  precision?: Precision | null;

  @Field(() => [EncoderChoiceInput], {
    nullable: true,
    description:
      'An axis, of at most 16 different values. Nothing is trained before all have embedded.',
  })
  encoders?: EncoderChoiceInput[] | null;

  @Field(() => [Int], { nullable: true, description: '1 when left out.' })
  seeds?: number[] | null;

  @Field(() => FoldsInput, {
    nullable: true,
    description: "The version's splits when left out.",
  })
  folds?: FoldsInput | null;

  @Field(() => SearchInput, { nullable: true })
  search?: SearchInput | null;

  @Field(() => RunConfigInput, { nullable: true, description: 'What lies on no axis.' })
  config?: RunConfigInput | null;
}

@InputType({
  description:
    'What is added to the axes, and to the seeds. A RANDOM search takes seeds, cells and a budget, HALVING cells and a budget.',
})
export class ExtendExperimentInput extends AxesInput {
  @Field(() => ID)
  id!: string;

  @Field(() => [EncoderChoiceInput], { nullable: true })
  encoders?: EncoderChoiceInput[] | null;

  @Field(() => [Int], { nullable: true })
  seeds?: number[] | null;

  @Field(() => Int, { nullable: true, description: 'How many more are drawn.' })
  cells?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'In place of the one before, as `budgetEpochs`: cells that were not tried for it are.',
  })
  budgetRuns?: number | null;

  @Field(() => Int, { nullable: true })
  budgetEpochs?: number | null;
}
