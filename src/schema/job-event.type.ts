import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime } from './date-time.scalar.js';
import { JobStatus } from './job-status.enum.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class JobEvent {
  @Field(() => Int, { description: 'Gapless per job.' })
  seq!: number;

  @Field(() => JobStatus)
  status!: JobStatus;

  @Field(() => Float)
  progress!: number;

  @Field(() => Float, { nullable: true })
  etaSeconds!: number | null;

  @Field(() => String, { nullable: true })
  message!: string | null;

  @Field(() => DateTime)
  at!: Date;
}
