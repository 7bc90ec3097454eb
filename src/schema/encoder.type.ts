import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { EncoderPrecision } from './encoder-precision.type.js';
import { EncoderStatus } from './encoder-status.enum.js';
import { Modality } from './modality.enum.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Encoder {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Int, { description: '0, as other sizes, where nothing is known.' })
  dimension!: number;

  @Field(() => Int)
  imageSize!: number;

  @Field(() => Int)
  contextLength!: number;

  @Field(() => EncoderStatus, {
    description: 'BUILT_IN and READY can be used; AVAILABLE ones can be downloaded.',
  })
  status!: EncoderStatus;

  @Field(() => String, { nullable: true, description: 'Why it cannot be used.' })
  problem!: string | null;

  @Field(() => Float, { nullable: true })
  sizeBytes!: number | null;

  @Field(() => String, { nullable: true })
  license!: string | null;

  @Field(() => String, { nullable: true })
  revision!: string | null;

  @Field(() => [Modality], {
    description: 'Of what it gives tokens beside the vectors, for heads that attend to them.',
  })
  tokens!: readonly Modality[];

  @Field(() => [EncoderPrecision], {
    description: 'Those it has and those it can get, at most 4.',
  })
  precisions!: readonly EncoderPrecision[];

  @Field(() => Boolean, {
    description:
      'Whether its files are in the data directory, usable or not: `deleteEncoder` frees them.',
  })
  isStored!: boolean;

  /** Its latest download. */
  jobId!: string | null;
}
