import { Ctx, Query, Resolver } from 'type-graphql';
import { Encoder } from '../schema/encoder.type.js';
import { Requires } from '../schema/requires.js';
import type { Context } from './context.js';

const MAX_ENCODERS = 500;

@Resolver()
export class EncoderResolver {
  @Requires('VIEWER')
  @Query(() => [Encoder], { description: 'At most 500.' })
  async encoders(@Ctx() { services }: Context): Promise<readonly Encoder[]> {
    return (await services.encoders.list()).slice(0, MAX_ENCODERS);
  }
}
