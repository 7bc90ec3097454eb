import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Deletion } from '../schema/deletion.type.js';
import { Encoder } from '../schema/encoder.type.js';
import { Job } from '../schema/job.type.js';
import { Precision } from '../schema/precision.enum.js';
import { Requires } from '../schema/requires.js';
import type { Context } from './context.js';
import { required } from './required.js';

const MAX_ENCODERS = 500;

@Resolver(() => Encoder)
export class EncoderResolver {
  @Requires('VIEWER')
  @Query(() => [Encoder], { description: 'At most 500.' })
  async encoders(@Ctx() { services }: Context): Promise<readonly Encoder[]> {
    return (await services.encoders.list()).slice(0, MAX_ENCODERS);
  }

  @Requires('EDITOR')
  @Mutation(() => Job, {
    description:
      'Of an encoder in the catalogue, from the Hugging Face hub. The job under way where there is one; a later one goes ' +
      'on where an earlier one ended. Another `precision` than FP32 is fetched besides FP32, where that is not there yet. ' +
      'CONFLICT where the encoder is there in this precision.',
  })
  async downloadEncoder(
    @Ctx() { services, loaders }: Context,
    @Arg('id', () => ID) id: string,
    @Arg('precision', () => Precision, { nullable: true, defaultValue: 'FP32' })
    precision?: Precision | null,
  ): Promise<Job> {
    return required(
      await loaders.job.load(await services.downloadEncoder(id, precision ?? 'FP32')),
      'job with this id',
    );
  }

  @Requires('ADMIN')
  @Mutation(() => Job, {
    description:
      "A copy of a folder under the server's import roots, in Hugging Face's layout, as `local/<its name>`. CONFLICT where " +
      'there is a sound one of that name, or one is on its way from another folder.',
  })
  async addEncoder(
    @Ctx() { services, loaders }: Context,
    @Arg('directory', () => String) directory: string,
  ): Promise<Job> {
    return required(
      await loaders.job.load(await services.addEncoder(directory)),
      'job with this id',
    );
  }

  @Requires('ADMIN')
  @Mutation(() => Deletion, {
    description:
      'Of one that was added or downloaded, with its files in the data directory; one in the catalogue can be downloaded again. ' +
      'What was embedded with it stays. CONFLICT for BUILT_IN ones, and while an embedding, a batch prediction, ' +
      'an experiment or a run with it is open, or a run that has SUCCEEDED or a model version predicts with it.',
  })
  deleteEncoder(@Ctx() { services }: Context, @Arg('id', () => ID) id: string): Promise<Deletion> {
    return services.deleteEncoder(id);
  }

  @FieldResolver(() => Job, { nullable: true, description: 'Its latest download.' })
  async job(@Ctx() { loaders }: Context, @Root() { jobId }: Encoder): Promise<Job | null> {
    return jobId === null ? null : loaders.job.load(jobId);
  }
}
