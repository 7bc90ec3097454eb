import { Field, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class RejectedRow {
  @Field(() => Int)
  line!: number;

  @Field(() => String, { nullable: true })
  key!: string | null;

  @Field(() => String)
  reason!: string;
}

export const RejectedRowConnection = connectionOf(RejectedRow, 'RejectedRow');

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class ImportReport {
  @Field(() => Int)
  read!: number;

  @Field(() => Int)
  imported!: number;

  @Field(() => Int)
  rejectedCount!: number;

  jobId!: string;
}
