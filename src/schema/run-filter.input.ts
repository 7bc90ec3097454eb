import { Field, ID, InputType } from 'type-graphql';
import { JobStatus } from './job-status.enum.js';

@InputType()
export class RunFilter {
  @Field(() => ID, { nullable: true })
  datasetId?: string | null;

  @Field(() => ID, { nullable: true })
  encoderId?: string | null;

  @Field(() => [JobStatus], { nullable: true })
  status?: JobStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'The run has all of them.' })
  tags?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Part of the name or the notes.' })
  text?: string | null;
}
