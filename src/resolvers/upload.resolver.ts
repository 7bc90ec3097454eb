import { Arg, Ctx, Float, ID, Mutation, Resolver } from 'type-graphql';
import { Deletion } from '../schema/deletion.type.js';
import { Requires } from '../schema/requires.js';
import { Upload } from '../schema/upload.type.js';
import type { Context } from './context.js';

@Resolver()
export class UploadResolver {
  @Requires('EDITOR')
  @Mutation(() => Upload, {
    description: 'PUT the bytes to its `url`. What nobody imports goes after a day.',
  })
  async createUpload(
    @Ctx() { services, urls, viewer }: Context,
    @Arg('filename', () => String) filename: string,
    @Arg('sizeBytes', () => Float) sizeBytes: number,
  ): Promise<Upload> {
    const { id, expiresAt } = await services.createUpload({
      filename,
      sizeBytes,
      tokenId: viewer.tokenId,
    });
    return { id, url: urls.sign(`/files/uploads/${id}`), expiresAt };
  }

  @Requires('EDITOR')
  @Mutation(() => Deletion, {
    description: 'Gives up an upload before its day is over. CONFLICT while an import needs it.',
  })
  deleteUpload(@Ctx() { services }: Context, @Arg('id', () => ID) id: string): Promise<Deletion> {
    return services.deleteUpload(id);
  }
}
