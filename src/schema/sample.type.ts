import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { Requires } from './requires.js';
import { Split } from './split.enum.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Sample {
  @Field(() => ID, { description: 'One per sample and version.' })
  id!: string;

  @Field(() => String, {
    description: 'The file name or id given by the source; the same across versions.',
  })
  key!: string;

  @Field(() => String, { nullable: true })
  caption!: string | null;

  @Field(() => Split, {
    description: 'A sample whose labels are unknown is TEST, and part of no fit and no metric.',
  })
  split!: Split;

  @Field(() => Int, { nullable: true })
  width!: number | null;

  @Field(() => Int, { nullable: true })
  height!: number | null;

  versionId!: string;
  position!: number;
  labelled!: boolean;
  labelIndices!: number[];
  unknownLabelIndices!: number[];
  imageSha256!: string | null;
}

export const SampleConnection = connectionOf(Sample, 'Sample');
