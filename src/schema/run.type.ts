import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { DateTime } from './date-time.scalar.js';
import { EvalMetrics } from './eval-metrics.type.js';
import { Fold } from './fold.type.js';
import { JobError } from './job.type.js';
import { JobStatus } from './job-status.enum.js';
import { Requires } from './requires.js';
import { RunConfig } from './run-config.type.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Run {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => JobStatus, { description: 'QUEUED also while its embedding set is being made.' })
  status!: JobStatus;

  @Field(() => RunConfig)
  config!: RunConfig;

  @Field(() => Int)
  seed!: number;

  @Field(() => Fold, {
    nullable: true,
    description:
      "Where it has one, VALIDATION and TEST mean the fold's own samples in all that the run says; else the version's.",
  })
  fold!: Fold | null;

  @Field(() => Float)
  progress!: number;

  @Field(() => Int)
  epoch!: number;

  @Field(() => Int)
  epochs!: number;

  @Field(() => Int, {
    description: 'Of its latest event: `runEvents(after:)` tells what happens after this state.',
  })
  eventSeq!: number;

  @Field(() => Float, { nullable: true })
  etaSeconds!: number | null;

  @Field(() => EvalMetrics, {
    nullable: true,
    description: 'On VALIDATION, with the weights of bestEpoch and fitted thresholds.',
  })
  best!: EvalMetrics | null;

  @Field(() => EvalMetrics, {
    nullable: true,
    description:
      'On TEST, with the same weights and thresholds; null without labelled test samples.',
  })
  final!: EvalMetrics | null;

  @Field(() => Int, { nullable: true })
  bestEpoch!: number | null;

  @Field(() => JobError, { nullable: true })
  error!: JobError | null;

  @Field(() => [String])
  tags!: string[];

  @Field(() => String, { nullable: true })
  notes!: string | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  finishedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Put aside, until `archiveRuns` takes it back.',
  })
  archivedAt!: Date | null;

  jobId!: string | null;
  versionId!: string;
  setId!: string;
  encoderId!: string;
}

export const RunConnection = connectionOf(Run, 'Run');
