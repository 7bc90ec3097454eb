import { Field, ID, InputType } from 'type-graphql';
import { ErrorKind } from './run-error.type.js';

@InputType({
  description:
    "Wrong decisions of a run that has SUCCEEDED, at its own thresholds, on VALIDATION and TEST: those of its dataset version's samples " +
    'that it has scored. Unknown labels are not wrong.',
})
export class ErrorsOfRun {
  @Field(() => ID)
  runId!: string;

  @Field(() => ErrorKind, { nullable: true, description: 'Both when left out.' })
  kind?: ErrorKind | null;

  @Field(() => String, {
    nullable: true,
    description: "A label's key; all when left out.",
  })
  label?: string | null;
}
