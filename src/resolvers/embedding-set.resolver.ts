import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { DatasetVersion } from '../schema/dataset-version.type.js';
import { EmbeddingSet } from '../schema/embedding-set.type.js';
import { Encoder } from '../schema/encoder.type.js';
import { Job } from '../schema/job.type.js';
import { Precision } from '../schema/precision.enum.js';
import { Requires } from '../schema/requires.js';
import type { Context } from './context.js';
import { encoderOf } from './encoder-of.js';
import { required } from './required.js';

@Resolver(() => EmbeddingSet)
export class EmbeddingSetResolver {
  @Requires('EDITOR')
  @Mutation(() => EmbeddingSet)
  async embedDataset(
    @Ctx() { services, loaders }: Context,
    @Arg('datasetVersionId', () => ID) datasetVersionId: string,
    @Arg('encoderId', () => ID) encoderId: string,
    @Arg('precision', () => Precision, { nullable: true, defaultValue: 'FP32' })
    precision?: Precision | null,
    @Arg('tokens', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description:
        "With the encoder's tokens, patches and words, beside each vector, as runs of TOKEN_QUERY ask for by themselves: some hundred " +
        'kilobytes a sample.',
    })
    tokens?: boolean | null,
  ): Promise<EmbeddingSet> {
    const id = await services.embedDataset({
      datasetVersionId,
      encoderId,
      precision: precision ?? 'FP32',
      tokens: tokens ?? false,
    });
    return required(await loaders.embeddingSet.load(id), 'embedding set with this id');
  }

  @FieldResolver(() => Encoder)
  encoder(@Ctx() context: Context, @Root() set: EmbeddingSet): Promise<Encoder> {
    return encoderOf(context, set.encoderId);
  }

  @FieldResolver(() => DatasetVersion)
  async datasetVersion(
    @Ctx() { loaders }: Context,
    @Root() set: EmbeddingSet,
  ): Promise<DatasetVersion> {
    return required(await loaders.version.load(set.versionId), 'dataset version of this set');
  }

  @FieldResolver(() => Job, { nullable: true })
  async job(@Ctx() { loaders }: Context, @Root() set: EmbeddingSet): Promise<Job | null> {
    return set.jobId ? loaders.job.load(set.jobId) : null;
  }
}
