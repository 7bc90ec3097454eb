import { Ctx, FieldResolver, Float, Query, Resolver } from 'type-graphql';
import { countOpenJobs } from '../db/jobs.read.queries.js';
import { Device } from '../schema/device.type.js';
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

  @FieldResolver(() => [Device], {
    description:
      'What the machine that answers can embed on: at most five, the CPU first. They are tried once, at the first embedding or the first ' +
      'time that this is asked, which takes seconds; with CLIPWRIGHT_DEVICE=cpu none is. A worker elsewhere may find others.',
  })
  devices(@Ctx() { services }: Context): Promise<readonly Device[]> {
    return services.devices();
  }

  @FieldResolver(() => Float, {
    description:
      'What the database takes and the files that it names: images, embeddings, heads and scores of runs, models and batch predictions. ' +
      'Encoders, uploads and thumbnails are not counted.',
  })
  diskUsedBytes(@Ctx() { services }: Context): Promise<number> {
    return services.diskUsedBytes();
  }
}
