import { Field, Float, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { Requires } from './requires.js';
import { Sample } from './sample.type.js';

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description: 'Two samples of one version whose photos are the same or nearly.',
})
export class DuplicatePair {
  @Field(() => Sample)
  a!: Sample;

  @Field(() => Sample)
  b!: Sample;

  @Field(() => Float, { description: 'Cosine of their embeddings.' })
  similarity!: number;

  @Field(() => Boolean, { description: 'Both have the very same file.' })
  isExact!: boolean;

  @Field(() => Boolean, { description: 'They are in different splits: what is tested was seen.' })
  acrossSplits!: boolean;
}

export const DuplicatePairConnection = connectionOf(DuplicatePair, 'DuplicatePair');
