import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { countJobs, JOB_ORDER, jobPage } from '../db/jobs.read.queries.js';
import type { Page } from '../schema/connection.js';
import { Dataset } from '../schema/dataset.type.js';
import { DatasetVersion } from '../schema/dataset-version.type.js';
import { ImportReport } from '../schema/import-report.type.js';
import { Job, JobConnection } from '../schema/job.type.js';
import { JobEvent } from '../schema/job-event.type.js';
import { JobFilter } from '../schema/job-filter.input.js';
import { PageArgs } from '../schema/page.args.js';
import { Requires } from '../schema/requires.js';
import { isId } from '../services/parse-id.js';
import { checkJobFilter } from './check-filter.js';
import type { Context } from './context.js';
import { followJob } from './follow.js';
import { rootPage } from './page.js';
import { required } from './required.js';

@Resolver(() => Job)
export class JobResolver {
  @Requires('VIEWER')
  @Query(() => Job, { nullable: true })
  async job(@Ctx() { loaders }: Context, @Arg('id', () => ID) id: string): Promise<Job | null> {
    return isId(id) ? loaders.job.load(id.toLowerCase()) : null;
  }

  @Requires('VIEWER')
  @Query(() => JobConnection, { description: 'Newest first.' })
  jobs(
    @Ctx() { db }: Context,
    @Arg('filter', () => JobFilter, { nullable: true }) filter: JobFilter | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<Job>> {
    const wanted = checkJobFilter(filter ?? {});
    return rootPage(args, {
      list: 'jobs',
      order: JOB_ORDER,
      load: (slice) => jobPage(db, slice, wanted),
      count: () => countJobs(db, wanted),
      node: (row) => row,
    });
  }

  @Requires('EDITOR')
  @Mutation(() => Job)
  async cancelJob(
    @Ctx() { services, loaders }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<Job> {
    return required(await loaders.job.load(await services.cancelJob(id)), 'job with this id');
  }

  @Requires('VIEWER')
  @Subscription(() => JobEvent, {
    description: 'Events with seq > `after` (all when left out), then live; ends with the job.',
    subscribe: ({ args, context }) => followJob(context as Context, args as JobEventsArgs),
  })
  jobEvents(
    @Root() event: JobEvent,
    @Arg('jobId', () => ID) _jobId: string,
    @Arg('after', () => Int, { nullable: true }) _after?: number | null,
  ): JobEvent {
    return event;
  }

  @FieldResolver(() => ImportReport, {
    nullable: true,
    description: 'Of an import, also when it failed before a version was made.',
  })
  importReport(@Ctx() { loaders }: Context, @Root() job: Job): Promise<ImportReport | null> {
    return loaders.importReport.load(job.id);
  }

  @FieldResolver(() => Dataset, {
    nullable: true,
    description: 'Of an import, as long as it is there.',
  })
  async dataset(@Ctx() { loaders }: Context, @Root() job: Job): Promise<Dataset | null> {
    return job.datasetId === null ? null : loaders.dataset.load(job.datasetId);
  }

  @FieldResolver(() => DatasetVersion, {
    nullable: true,
    description: 'That an import made, or found to have its content already.',
  })
  async datasetVersion(
    @Ctx() { loaders }: Context,
    @Root() job: Job,
  ): Promise<DatasetVersion | null> {
    return job.datasetVersionId === null ? null : loaders.version.load(job.datasetVersionId);
  }
}

interface JobEventsArgs {
  jobId: string;
  after?: number | null;
}
