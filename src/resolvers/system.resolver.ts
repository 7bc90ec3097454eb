import { Ctx, FieldResolver, Float, Query, Resolver } from 'type-graphql';
import { countOpenJobs } from '../db/jobs.read.queries.js';
import { Requires } from '../schema/requires.js';
import { System } from '../schema/system.type.js';
import type { Context } from './context.js';

@Resolver(() => System)
export class SystemResolver {
  @Requires('VIEWER')
  @Query(() => System)
  async system(@Ctx() { db, services }: Context): Promise<System> {
    const [figures, jobs] = await Promise.all([services.system(), countOpenJobs(db)]);
    return { ...figures, ...jobs };
  }

  @FieldResolver(() => Float)
  diskUsedBytes(@Ctx() { services }: Context): Promise<number> {
    return services.diskUsedBytes();
  }
}
