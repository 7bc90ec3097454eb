import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Alias } from '../schema/model.type.js';
import { ModelVersion } from '../schema/model-version.type.js';
import type { Context } from './context.js';
import { modelVersionObject } from './model-objects.js';
import { required } from './required.js';

@Resolver(() => Alias)
export class AliasResolver {
  @FieldResolver(() => ModelVersion)
  async version(@Ctx() { loaders }: Context, @Root() alias: Alias): Promise<ModelVersion> {
    const row = await loaders.modelVersion.load(alias.versionId);
    return modelVersionObject(required(row, 'version that this alias points at'));
  }
}
