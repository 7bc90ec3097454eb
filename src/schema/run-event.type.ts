import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime } from './date-time.scalar.js';
import { JobStatus } from './job-status.enum.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: "`status` and `progress` are the event's own; `run` is the state now.",
})
export class RunEvent {
  @Field(() => Int, { description: 'Gapless per run.' })
  seq!: number;

  @Field(() => JobStatus)
  status!: JobStatus;

  @Field(() => Float)
  progress!: number;

  @Field(() => String, { nullable: true })
  message!: string | null;

  @Field(() => DateTime)
  at!: Date;

  runId!: string;
  epochNumber!: number | null;
}
