import { Field, ID, InputType, Int } from 'type-graphql';
import { FoldInput } from './fold.type.js';
import { Precision } from './precision.enum.js';
import { RunConfigInput } from './run-config.input.js';

@InputType({
  description:
    'A run uses the labelled samples that have every modality its fusion needs, or either where `modalityDropout` is above ' +
    "0; the others are left out of fit and metrics and counted in an event's message.",
})
export class StartRunInput {
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

  @Field(() => RunConfigInput, { nullable: true })
  config?: RunConfigInput | null;

  @Field(() => Int, { nullable: true, defaultValue: 1 })
  seed?: number | null;

  @Field(() => FoldInput, { nullable: true, description: "The version's splits when left out." })
  fold?: FoldInput | null;

  @Field(() => [String], { nullable: true })
  tags?: string[] | null;
}
