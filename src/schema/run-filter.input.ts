import { Field, ID, InputType } from 'type-graphql';
import { JobStatus } from './job-status.enum.js';
import { RunGroupField } from './run-group.type.js';

@InputType({ description: 'Runs that are the same as another one in everything named.' })
export class RunLikeness {
  @Field(() => ID)
  runId!: string;

  @Field(() => [RunGroupField])
  by!: RunGroupField[];
}

@InputType()
export class RunFilter {
  @Field(() => [ID], { nullable: true, description: 'At most 100.' })
  ids?: string[] | null;

  @Field(() => ID, { nullable: true })
  datasetId?: string | null;

  @Field(() => ID, { nullable: true })
  datasetVersionId?: string | null;

  @Field(() => ID, { nullable: true })
  encoderId?: string | null;

  @Field(() => [JobStatus], { nullable: true })
  status?: JobStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'The run has all of them.' })
  tags?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Part of the name or the notes.' })
  text?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Put aside or not; both when left out.' })
  archived?: boolean | null;

  @Field(() => RunLikeness, { nullable: true })
  like?: RunLikeness | null;
}
