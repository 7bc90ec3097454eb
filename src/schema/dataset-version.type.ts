import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { DateTime } from './date-time.scalar.js';
import { Label } from './label.type.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class LabelStats {
  @Field(() => Label)
  label!: Label;

  @Field(() => Int)
  train!: number;

  @Field(() => Int)
  validation!: number;

  @Field(() => Int)
  test!: number;

  @Field(() => Int)
  total!: number;

  @Field(() => Int, { description: 'Labelled samples of which it is unknown.' })
  unknown!: number;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'Immutable: an import or an edit makes the next one.',
})
export class DatasetVersion {
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  number!: number;

  @Field(() => String, { description: 'SHA-256 over its samples, independent of their order.' })
  digest!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What differs from the version before, or what an edit says of itself.',
  })
  note!: string | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => [Label])
  labels!: Label[];

  @Field(() => Int)
  sampleCount!: number;

  @Field(() => Int)
  labelledCount!: number;

  datasetId!: string;
  importJobId!: string | null;
  /** [train, validation, test, unknown] by label index; versions of before there were unknown labels lack the last */
  splitCounts!: number[][];
}

export const DatasetVersionConnection = connectionOf(DatasetVersion, 'DatasetVersion');
