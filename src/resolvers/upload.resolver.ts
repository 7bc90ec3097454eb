import { Arg, Ctx, Float, Mutation, Resolver } from 'type-graphql';
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
    @Ctx() { services, urls }: Context,
    @Arg('filename', () => String) filename: string,
    @Arg('sizeBytes', () => Float) sizeBytes: number,
  ): Promise<Upload> {
    const { id, expiresAt } = await services.createUpload({ filename, sizeBytes });
    return { id, url: urls.sign(`/files/uploads/${id}`), expiresAt };
  }
}
