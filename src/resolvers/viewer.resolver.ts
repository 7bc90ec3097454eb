import { Ctx, Query, Resolver } from 'type-graphql';
import { Requires } from '../schema/requires.js';
import { Viewer } from '../schema/viewer.type.js';
import { FIXED_TOKEN_ID } from '../services/tokens.js';
import type { Context } from './context.js';

@Resolver()
export class ViewerResolver {
  @Requires('VIEWER')
  @Query(() => Viewer)
  me(@Ctx() { viewer }: Context): Viewer {
    const { role, tokenName } = viewer;
    const tokenId = viewer.tokenId === FIXED_TOKEN_ID ? null : viewer.tokenId;
    return { role, tokenId, tokenName };
  }
}
