import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { JobStatus } from './job-status.enum.js';
import { Precision } from './precision.enum.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'One per dataset version, encoder revision, pre-processing and precision, without tokens and with them; vectors are L2-normalised.',
})
export class EmbeddingSet {
  @Field(() => ID)
  id!: string;

  @Field(() => Precision)
  precision!: Precision;

  @Field(() => Boolean, {
    description:
      "Whether the encoder's tokens are beside the vectors, for heads that attend to them.",
  })
  hasTokens!: boolean;

  @Field(() => JobStatus)
  status!: JobStatus;

  @Field(() => Float)
  progress!: number;

  @Field(() => Int)
  imageCount!: number;

  @Field(() => Int)
  textCount!: number;

  @Field(() => Int)
  computedCount!: number;

  @Field(() => Int)
  reusedCount!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Why the CPU embedded some of it in place of the device that was to; null where nothing failed.',
  })
  warning!: string | null;

  versionId!: string;
  encoderId!: string;
  jobId!: string | null;
}
