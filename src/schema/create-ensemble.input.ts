import { Field, ID, InputType, Int } from 'type-graphql';
import { ThresholdsInput } from './thresholds.input.js';

@InputType({
  description:
    'Either `runIds`, 2 to 16 runs on one dataset version by one encoder; or `experimentId` and `k`, its best ones.',
})
export class CreateEnsembleInput {
  @Field(() => String, { description: 'Of the model, which is made with its first version.' })
  name!: string;

  @Field(() => [ID], { nullable: true })
  runIds?: string[] | null;

  @Field(() => ID, { nullable: true })
  experimentId?: string | null;

  @Field(() => Int, { nullable: true, description: '2 to 16.' })
  k?: number | null;

  @Field(() => ThresholdsInput, {
    nullable: true,
    description: 'Fitted on the mean VALIDATION scores; PER_LABEL when left out.',
  })
  thresholds?: ThresholdsInput | null;
}
