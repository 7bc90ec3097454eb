import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { DateTime } from './date-time.scalar.js';
import { JobStatus } from './job-status.enum.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class JobError {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Job {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'import-dataset, embed-dataset, train-run, …' })
  task!: string;

  @Field(() => JobStatus)
  status!: JobStatus;

  @Field(() => Float)
  progress!: number;

  @Field(() => Float, { nullable: true })
  etaSeconds!: number | null;

  @Field(() => Int)
  attempt!: number;

  @Field(() => JobError, { nullable: true })
  error!: JobError | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  finishedAt!: Date | null;

  @Field(() => Boolean, { nullable: true, description: 'An import that found nothing new.' })
  unchanged!: boolean | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Of what is downloaded or added; it may be gone.',
  })
  encoderId!: string | null;

  @Field(() => [String], {
    description:
      'What is wrong with files of another precision than FP32 that `addEncoder` left out; at most 3.',
  })
  leftOut!: readonly string[];

  datasetId!: string | null;
  datasetVersionId!: string | null;
}

export const JobConnection = connectionOf(Job, 'Job');
