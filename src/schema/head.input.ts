import { Field, Float, InputType, Int } from 'type-graphql';
import { Activation, HeadKind, PrototypeStart, QuerySource } from './training.enums.js';

@InputType()
export class HeadInput {
  @Field(() => HeadKind)
  kind!: HeadKind;

  @Field(() => [Int], {
    nullable: true,
    description: 'MLP: the widths of its hidden layers. [512] when left out.',
  })
  hidden?: number[] | null;

  @Field(() => Activation, {
    nullable: true,
    description: 'MLP: GELU when left out.',
  })
  activation?: Activation | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'MLP: of hidden units, 0.2 when left out. Heads over tokens: of each layer’s result, 0.1 when left out.',
  })
  dropout?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'MLP: normalises hidden units of a sample. False when left out.',
  })
  layerNorm?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'MLP: normalises hidden units over the batch, in place of layerNorm. False when left out.',
  })
  batchNorm?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'MLP: adds to each hidden layer what went into it, projected where the width changes. False when left out.',
  })
  residual?: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'ADAPTER: the share of the adapted features, above 0 and up to 1. 0.2 when left out.',
  })
  residualRatio?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'ADAPTER: the bottleneck is the features’ length divided by this. 4 when left out.',
  })
  reduction?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'COSINE: what cosines are multiplied by at first; it is learned. TEXT_BLENDED: what products are multiplied by. ' +
      'ZERO_SHOT, TIP_ADAPTER: what cosines with texts are multiplied by. 10 when left out.',
  })
  scale?: number | null;

  @Field(() => PrototypeStart, {
    nullable: true,
    description: 'COSINE: where the prototypes start. RANDOM when left out.',
  })
  start?: PrototypeStart | null;

  @Field(() => QuerySource, {
    nullable: true,
    description: 'LABEL_QUERY: where queries come from. LEARNED when left out.',
  })
  queries?: QuerySource | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'ZERO_SHOT, TIP_ADAPTER, TEXT_BLENDED, and COSINE and LABEL_QUERY with LABEL_TEXTS: what makes a label a text, with {} ' +
      'for its name. Of several, the mean of the embeddings is taken. ["a photo of a {}."] when left out.',
  })
  prompts?: string[] | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'ZERO_SHOT, TIP_ADAPTER: the cosine with its text at which a label is as likely as not, from -1 to 1. 0.4 when left out.',
  })
  offset?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'KNN: how many training samples vote. 50 when left out.',
  })
  neighbours?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'KNN, TIP_ADAPTER: how much more a more similar training sample counts; its weight is exp(sharpness × cosine). 10 for ' +
      'KNN, 5.5 for TIP_ADAPTER when left out.',
  })
  sharpness?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'TIP_ADAPTER: what the mean similarity to a label’s training samples is multiplied by. 3 when left out.',
  })
  cacheWeight?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'GMLP, MIXER, TRANSFORMER, LABEL_QUERY: into how many tokens the features are cut. 8 when left out.',
  })
  tokens?: number | null;

  @Field(() => Int, { nullable: true, description: 'The length of a token. 64 when left out.' })
  width?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'GMLP, MIXER, TRANSFORMER: blocks. 2 when left out.',
  })
  depth?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'TRANSFORMER, LABEL_QUERY, TOKEN_QUERY: parts of attention; must divide width. 4 when left out.',
  })
  heads?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'LABEL_QUERY, TOKEN_QUERY: queries that share the labels among them. 0, one for each label, when left out.',
  })
  groups?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Every head that is trained: the rank at which each logit depends on the other labels’ probabilities. 0, not at all, when left out.',
  })
  coupling?: number | null;
}
