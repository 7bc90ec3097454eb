import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime } from './date-time.scalar.js';
import { JobStatus } from './job-status.enum.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: "`status` and `progress` are the event's own; `experiment` is the state now.",
})
export class ExperimentEvent {
  @Field(() => Int, { description: 'Gapless per experiment.' })
  seq!: number;

  @Field(() => JobStatus)
  status!: JobStatus;

  @Field(() => Float, { description: 'Of its runs, those that have ended.' })
  progress!: number;

  @Field(() => String, { nullable: true })
  message!: string | null;

  @Field(() => DateTime)
  at!: Date;

  experimentId!: string;
  runId!: string | null;
}
