import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { importReportsByJobs, rejectedRowPages } from '../db/datasets.queries.js';
import type { Page } from '../schema/connection.js';
import {
  ImportReport,
  type RejectedRow,
  RejectedRowConnection,
} from '../schema/import-report.type.js';
import { PageArgs } from '../schema/page.args.js';
import type { Context } from './context.js';
import { nestedPage } from './nested-page.js';

@Resolver(() => ImportReport)
export class ImportReportResolver {
  @FieldResolver(() => RejectedRowConnection, { description: 'By line.' })
  rejected(
    @Ctx() context: Context,
    @Root() report: ImportReport,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<RejectedRow>> {
    return nestedPage(context, report.jobId, args, {
      list: 'rejected',
      load: (ids, slice) => rejectedRowPages(context.db, ids, slice),
      count: async (ids) =>
        (await importReportsByJobs(context.db, ids)).map((row) => ({
          id: row.jobId,
          count: row.rejectedCount,
        })),
      parentOf: (row) => row.jobId,
      place: (row) => row.line,
      node: (row) => row,
    });
  }
}
