import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import {
  countModels,
  countModelVersions,
  MODEL_ORDER,
  modelByName,
  modelPage,
  modelVersionPages,
} from '../db/models.queries.js';
import type { Page } from '../schema/connection.js';
import { Alias, Model, ModelConnection } from '../schema/model.type.js';
import { type ModelVersion, ModelVersionConnection } from '../schema/model-version.type.js';
import { PageArgs } from '../schema/page.args.js';
import { Requires } from '../schema/requires.js';
import { isName } from '../services/model-name.js';
import type { Context } from './context.js';
import { modelVersionObject } from './model-objects.js';
import { nestedPage } from './nested-page.js';
import { rootPage } from './page.js';
import { required } from './required.js';

@Resolver(() => Model)
export class ModelResolver {
  @Requires('VIEWER')
  @Query(() => ModelConnection, { description: 'Newest first.' })
  models(@Ctx() { db }: Context, @Args(() => PageArgs) args: PageArgs): Promise<Page<Model>> {
    return rootPage(args, {
      list: 'models',
      order: MODEL_ORDER,
      load: (slice) => modelPage(db, slice),
      count: () => countModels(db),
      node: (row) => row,
    });
  }

  @Requires('VIEWER')
  @Query(() => Model, { nullable: true })
  async model(
    @Ctx() { db }: Context,
    @Arg('name', () => String) name: string,
  ): Promise<Model | null> {
    return isName(name) ? modelByName(db, name) : null;
  }

  @Requires('EDITOR')
  @Mutation(() => Model, { description: 'Moves the alias where it already stands.' })
  async setAlias(
    @Ctx() { services, loaders }: Context,
    @Arg('model', () => String) model: string,
    @Arg('alias', () => String) alias: string,
    @Arg('version', () => Int) version: number,
  ): Promise<Model> {
    const id = await services.setAlias({ model, alias, version });
    return required(await loaders.model.load(id), 'model of that name');
  }

  @Requires('EDITOR')
  @Mutation(() => Model)
  async removeAlias(
    @Ctx() { services, loaders }: Context,
    @Arg('model', () => String) model: string,
    @Arg('alias', () => String) alias: string,
  ): Promise<Model> {
    const id = await services.removeAlias({ model, alias });
    return required(await loaders.model.load(id), 'model of that name');
  }

  @FieldResolver(() => ModelVersionConnection, { description: 'Newest first.' })
  versions(
    @Ctx() context: Context,
    @Root() model: Model,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<ModelVersion>> {
    return nestedPage(context, model.id, args, {
      list: 'modelVersions',
      load: (ids, slice) => modelVersionPages(context.db, ids, slice),
      count: (ids) => countModelVersions(context.db, ids),
      parentOf: (row) => row.modelId,
      place: (row) => row.number,
      node: modelVersionObject,
    });
  }

  @FieldResolver(() => [Alias])
  aliases(@Ctx() { loaders }: Context, @Root() model: Model): Promise<Alias[]> {
    return loaders.aliasesOfModel.load(model.id);
  }
}
