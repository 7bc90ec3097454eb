import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { countSamples, samplePages } from '../db/samples.queries.js';
import type { Page } from '../schema/connection.js';
import { Dataset } from '../schema/dataset.type.js';
import { DatasetVersion, LabelStats } from '../schema/dataset-version.type.js';
import { EmbeddingSet } from '../schema/embedding-set.type.js';
import { ErrorsOfRun } from '../schema/errors-of-run.input.js';
import { ImportReport } from '../schema/import-report.type.js';
import { PageArgs } from '../schema/page.args.js';
import { Requires } from '../schema/requires.js';
import { type Sample, SampleConnection } from '../schema/sample.type.js';
import { SampleFilter } from '../schema/sample-filter.input.js';
import { isId } from '../services/parse-id.js';
import { checkSampleFilter } from './check-filter.js';
import type { Context } from './context.js';
import { checkOffset } from './cursor.js';
import { errorChoice } from './error-choice.js';
import { nestedPage } from './nested-page.js';
import { required } from './required.js';

@Resolver(() => DatasetVersion)
export class DatasetVersionResolver {
  @Requires('VIEWER')
  @Query(() => DatasetVersion, { nullable: true })
  async datasetVersion(
    @Ctx() { loaders }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<DatasetVersion | null> {
    return isId(id) ? loaders.version.load(id.toLowerCase()) : null;
  }

  @FieldResolver(() => Dataset)
  async dataset(@Ctx() { loaders }: Context, @Root() version: DatasetVersion): Promise<Dataset> {
    return required(await loaders.dataset.load(version.datasetId), 'dataset of this version');
  }

  @FieldResolver(() => [LabelStats])
  labelStats(@Root() version: DatasetVersion): LabelStats[] {
    return version.labels.map((label, index) => {
      const [train = 0, validation = 0, test = 0, unknown = 0] = version.splitCounts[index] ?? [];
      return { label, train, validation, test, total: train + validation + test, unknown };
    });
  }

  @FieldResolver(() => SampleConnection, {
    description:
      'By key. With `errorsOf` every score of the run is read when it is asked for first.',
  })
  async samples(
    @Ctx() context: Context,
    @Root() version: DatasetVersion,
    @Arg('filter', () => SampleFilter, { nullable: true }) filter: SampleFilter | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('errorsOf', () => ErrorsOfRun, {
      nullable: true,
      description: 'Only samples about which the run, of this version, has decided wrongly.',
    })
    errorsOf?: ErrorsOfRun | null,
    @Arg('offset', () => Int, {
      nullable: true,
      description: 'So many samples are passed over first: a page anywhere in a long list.',
    })
    offset?: number | null,
  ): Promise<Page<Sample>> {
    const asked = checkSampleFilter(filter ?? {});
    const mask =
      errorsOf &&
      (await context.services.samplesInError(
        version,
        errorsOf.runId,
        errorChoice(version.labels, errorsOf, 'errorsOf'),
      ));
    const wanted = { ...asked, mask };
    return nestedPage(
      context,
      version.id,
      { ...args, filter: { ...asked, errorsOf }, offset: checkOffset(offset) },
      {
        list: 'samples',
        load: (ids, slice) => samplePages(context.db, ids, slice, wanted),
        count: (ids) => countSamples(context.db, ids, wanted),
        parentOf: (row) => row.versionId,
        place: (row) => row.position,
        node: (row) => row,
      },
    );
  }

  @FieldResolver(() => [EmbeddingSet])
  embeddingSets(
    @Ctx() { loaders }: Context,
    @Root() version: DatasetVersion,
  ): Promise<EmbeddingSet[]> {
    return loaders.embeddingSetsOfVersion.load(version.id);
  }

  @FieldResolver(() => ImportReport, {
    name: 'import',
    nullable: true,
    description: 'Null when the version came from an edit.',
  })
  async importReport(
    @Ctx() { loaders }: Context,
    @Root() version: DatasetVersion,
  ): Promise<ImportReport | null> {
    return version.importJobId ? loaders.importReport.load(version.importJobId) : null;
  }
}
