import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { listTokens } from '../db/tokens.queries.js';
import { DateTime } from '../schema/date-time.scalar.js';
import { Requires } from '../schema/requires.js';
import { Role } from '../schema/role.enum.js';
import { NewToken, Token } from '../schema/token.type.js';
import { createToken, revokeToken } from '../services/tokens.js';
import type { Context } from './context.js';

@Resolver()
export class TokenResolver {
  @Requires('ADMIN')
  @Query(() => [Token], { description: 'Those not revoked, newest first, at most 500.' })
  tokens(@Ctx() { db }: Context): Promise<Token[]> {
    return listTokens(db);
  }

  @Requires('ADMIN')
  @Mutation(() => NewToken, { description: 'The secret is shown once.' })
  createToken(
    @Ctx() { db }: Context,
    @Arg('name', () => String) name: string,
    @Arg('role', () => Role) role: Role,
    @Arg('expiresAt', () => DateTime, { nullable: true }) expiresAt?: Date | null,
  ): Promise<NewToken> {
    return createToken({ db }, { name, role, expiresAt: expiresAt ?? null });
  }

  @Requires('ADMIN')
  @Mutation(() => Boolean)
  async revokeToken(@Ctx() { db }: Context, @Arg('id', () => ID) id: string): Promise<boolean> {
    await revokeToken({ db }, id);
    return true;
  }
}
