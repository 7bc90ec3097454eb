import { Field, ID, InputType } from 'type-graphql';
import { JobStatus } from './job-status.enum.js';

@InputType()
export class JobFilter {
  @Field(() => String, { nullable: true })
  task?: string | null;

  @Field(() => [JobStatus], { nullable: true })
  status?: JobStatus[] | null;

  @Field(() => ID, { nullable: true, description: 'Its imports alone.' })
  datasetId?: string | null;
}
