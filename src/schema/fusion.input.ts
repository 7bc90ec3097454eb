import { Field, Float, InputType, Int } from 'type-graphql';
import { FusionKind } from './training.enums.js';

@InputType()
export class FusionInput {
  @Field(() => FusionKind)
  kind!: FusionKind;

  @Field(() => Int, {
    nullable: true,
    description:
      'HADAMARD, GATED, MLB, MFB, MUTAN: coordinates of the fused feature; 256 for MFB and MUTAN, 512 for the others when ' +
      'left out.',
  })
  width?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'MFB: products that are summed for each coordinate; 5 when left out.',
  })
  factors?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'MUTAN: rank of each slice of the core tensor; 5 when left out.',
  })
  rank?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "CROSS_ATTENTION: coordinates in a token, a divisor of the embeddings' dimension; 64 when left out.",
  })
  tokenWidth?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'CROSS_ATTENTION: a divisor of `tokenWidth`; 4 when left out.',
  })
  heads?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Every kind but IMAGE_ONLY and TEXT_ONLY: the part of the samples that lose photo or caption in a step of training, 0 ' +
      'when left out. Above 0 a learned vector stands in for what is missing: samples with only one of the two are used ' +
      'too, and the model takes photo only, caption only and both.',
  })
  modalityDropout?: number | null;
}
