import { Ctx, Query, Resolver } from 'type-graphql';
import { Requires } from '../schema/requires.js';
import { Viewer } from '../schema/viewer.type.js';
import type { Context } from './context.js';

@Resolver()
export class ViewerResolver {
  @Requires('VIEWER')
  @Query(() => Viewer)
  me(@Ctx() { viewer }: Context): Viewer {
    return { role: viewer.role, tokenName: viewer.tokenName };
  }
}
