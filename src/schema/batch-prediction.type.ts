import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { DateTime } from './date-time.scalar.js';
import { JobError } from './job.type.js';
import { JobStatus } from './job-status.enum.js';
import { LabelScore } from './prediction.type.js';
import { Requires } from './requires.js';
import { Sample } from './sample.type.js';
import { Split } from './split.enum.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class SamplePrediction {
  @Field(() => Sample)
  sample!: Sample;

  @Field(() => [LabelScore], { description: 'Those that are predicted, best first.' })
  labels!: LabelScore[];

  @Field(() => [LabelScore], { description: 'All of them, in the order of the model’s labels.' })
  scores!: LabelScore[];

  position!: number;
}

export const SamplePredictionConnection = connectionOf(SamplePrediction, 'SamplePrediction');

/** The other fields are loaded by the resolver. */
@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'What one model predicts for the samples of a dataset version.',
})
export class BatchPrediction {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: '"name/3" or "run:<id>".' })
  model!: string;

  @Field(() => String, {
    nullable: true,
    description: "The threshold set; null: the model's own thresholds.",
  })
  thresholds!: string | null;

  @Field(() => [Split])
  splits!: Split[];

  @Field(() => JobStatus, {
    description: 'QUEUED also while the dataset version is being embedded.',
  })
  status!: JobStatus;

  @Field(() => Int, {
    nullable: true,
    description: 'Samples that have what the model needs; null until it has SUCCEEDED.',
  })
  sampleCount!: number | null;

  @Field(() => JobError, { nullable: true })
  error!: JobError | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  finishedAt!: Date | null;

  versionId!: string;
  setId!: string;
  jobId!: string | null;
}

export const BatchPredictionConnection = connectionOf(BatchPrediction, 'BatchPrediction');
