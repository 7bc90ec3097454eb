import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { DateTime } from './date-time.scalar.js';
import { ExperimentSearch, PlannedRung } from './experiment-search.type.js';
import { Folds } from './fold.type.js';
import { JobError } from './job.type.js';
import { JobStatus } from './job-status.enum.js';
import { Requires } from './requires.js';
import { RunConfig } from './run-config.type.js';

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'Every combination of the values of its axes is a cell, every cell × seed × fold a run.',
})
export class Experiment {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => JobStatus, {
    description: 'FAILED: some run did not succeed, or `error` says why it went no further.',
  })
  status!: JobStatus;

  @Field(() => [Int])
  seeds!: number[];

  @Field(() => Folds, { nullable: true, description: "Null: on the version's splits." })
  folds!: Folds | null;

  @Field(() => ExperimentSearch)
  search!: ExperimentSearch;

  @Field(() => Float, {
    description: 'Of its runs, those that have ended; falls where cells go up in a HALVING.',
  })
  progress!: number;

  @Field(() => Int)
  numCells!: number;

  @Field(() => Int)
  numRuns!: number;

  @Field(() => Int)
  numSucceeded!: number;

  @Field(() => Int, { description: 'Failed or cancelled.' })
  numFailed!: number;

  @Field(() => Int, { description: 'Runs that were there already, with the same settings.' })
  numReused!: number;

  @Field(() => JobError, { nullable: true })
  error!: JobError | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  finishedAt!: Date | null;

  versionId!: string;
  setIds!: string[];
}

export const ExperimentConnection = connectionOf(Experiment, 'Experiment');

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true, description: 'One run that an experiment wants.' })
export class CellRun {
  @Field(() => Int)
  seed!: number;

  @Field(() => Int, { nullable: true, description: 'From 0; null where there are no folds.' })
  fold!: number | null;

  @Field(() => Boolean, { description: 'The run was not made for this experiment.' })
  reused!: boolean;

  runId!: string | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class ExperimentCell {
  @Field(() => Int, { description: 'From 0; stays when the experiment is extended.' })
  number!: number;

  @Field(() => RunConfig)
  config!: RunConfig;

  @Field(() => Int, {
    description: '0, but in HALVING; the same configuration has a cell in each rung.',
  })
  rung!: number;

  @Field(() => Int, { nullable: true, description: 'The number of its cell in the rung below.' })
  promotedFrom!: number | null;

  setId!: string;
  experimentId!: string;
}

export const ExperimentCellConnection = connectionOf(ExperimentCell, 'ExperimentCell');

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class ExperimentPlan {
  @Field(() => Int)
  numCells!: number;

  @Field(() => Int, { description: 'In HALVING where no cell that goes up is overtaken later.' })
  numRuns!: number;

  @Field(() => Int, {
    description:
      'In HALVING where every cell is better than those before it; as `numRuns` otherwise.',
  })
  maxRuns!: number;

  @Field(() => Int, { description: 'Of `numRuns` together; early stopping may need fewer.' })
  numEpochs!: number;

  @Field(() => Int)
  maxEpochs!: number;

  @Field(() => [PlannedRung], { description: 'Of HALVING; otherwise none.' })
  rungs!: PlannedRung[];

  @Field(() => Int, {
    description:
      'Photos and captions that are embedded before anything is trained, by all encoders together; 0 where that is done.',
  })
  numToEmbed!: number;

  @Field(() => Int, { description: 'Runs that are there already, and will be reused.' })
  numDone!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Of the others, one after the other with all their epochs, from what finished runs of similar size took; null ' +
      'where there are none. Without the embedding.',
  })
  estimatedSeconds!: number | null;
}
