import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import {
  countDatasets,
  countDatasetVersions,
  DATASET_ORDER,
  datasetByName,
  datasetPage,
  datasetVersionPages,
} from '../db/datasets.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { Page } from '../schema/connection.js';
import { Dataset, DatasetConnection } from '../schema/dataset.type.js';
import { DatasetImport } from '../schema/dataset-import.type.js';
import { DatasetVersion, DatasetVersionConnection } from '../schema/dataset-version.type.js';
import { Deletion } from '../schema/deletion.type.js';
import { ImportDatasetInput, LabelNameInput } from '../schema/import-dataset.input.js';
import { ImportPreview } from '../schema/import-preview.type.js';
import { Label } from '../schema/label.type.js';
import { PageArgs } from '../schema/page.args.js';
import { Requires } from '../schema/requires.js';
import { isAtLeast } from '../schema/role.enum.js';
import { SampleEdit } from '../schema/sample-edit.input.js';
import { isId } from '../services/parse-id.js';
import type { Context, Viewer } from './context.js';
import { nestedPage } from './nested-page.js';
import { rootPage } from './page.js';
import { required } from './required.js';

@Resolver(() => Dataset)
export class DatasetResolver {
  @Requires('VIEWER')
  @Query(() => DatasetConnection, { description: 'Newest first.' })
  datasets(@Ctx() { db }: Context, @Args(() => PageArgs) args: PageArgs): Promise<Page<Dataset>> {
    return rootPage(args, {
      list: 'datasets',
      order: DATASET_ORDER,
      load: (slice) => datasetPage(db, slice),
      count: () => countDatasets(db),
      node: (row) => row,
    });
  }

  @Requires('VIEWER')
  @Query(() => Dataset, {
    nullable: true,
    description:
      'By exactly one of `id` and `name`. A name is a dataset’s from its first version on; until then it is found by its id.',
  })
  async dataset(
    @Ctx() { db, loaders }: Context,
    @Arg('id', () => ID, { nullable: true }) id?: string | null,
    @Arg('name', () => String, { nullable: true }) name?: string | null,
  ): Promise<Dataset | null> {
    if (typeof id === 'string' && typeof name !== 'string') {
      return isId(id) ? loaders.dataset.load(id.toLowerCase()) : null;
    }
    if (typeof name === 'string' && typeof id !== 'string') return datasetByName(db, name);
    throw badUserInput('expected exactly one of `id` and `name`');
  }

  @Requires('EDITOR')
  @Mutation(() => DatasetImport, {
    description:
      'Enqueues the job, which jobEvents follows. Of two first imports under one name the first to end gets it; the other is one ' +
      'into that dataset from then on, to which `job { dataset }` leads when it has SUCCEEDED, and is CONFLICT for other content without `append`.',
  })
  importDataset(
    @Ctx() { services, viewer }: Context,
    @Arg('input', () => ImportDatasetInput) input: ImportDatasetInput,
  ): Promise<DatasetImport> {
    requireAdminForDirectories(input, viewer);
    return services.importDataset(input);
  }

  @Requires('EDITOR')
  @Mutation(() => ImportPreview, {
    description: 'What importDataset would read, and which rows it would reject; writes nothing.',
  })
  previewImport(
    @Ctx() { services, viewer }: Context,
    @Arg('input', () => ImportDatasetInput) input: ImportDatasetInput,
  ): Promise<ImportPreview> {
    requireAdminForDirectories(input, viewer);
    return services.previewImport(input);
  }

  @Requires('EDITOR')
  @Mutation(() => DatasetVersion, {
    description:
      'The next version, or the latest one where nothing differs. At most 5,000 edits, each of another sample of the latest version, ' +
      'as far as the 20,000 values go that a request may have. ' +
      '`newLabels`: those that the edits may use besides the labels of the dataset.',
  })
  async editSamples(
    @Ctx() { services, loaders }: Context,
    @Arg('datasetId', () => ID) datasetId: string,
    @Arg('edits', () => [SampleEdit]) edits: SampleEdit[],
    @Arg('newLabels', () => [LabelNameInput], { nullable: true }) newLabels?:
      | LabelNameInput[]
      | null,
    @Arg('note', () => String, {
      nullable: true,
      description: 'Says what changed when left out.',
    })
    note?: string | null,
  ): Promise<DatasetVersion> {
    const id = await services.editSamples({
      datasetId,
      edits,
      newLabels: newLabels ?? null,
      note: note ?? null,
    });
    return required(await loaders.version.load(id), 'dataset version with this id');
  }

  @Requires('EDITOR')
  @Mutation(() => Deletion, {
    description: 'CONFLICT while a run uses it or while a job works on it.',
  })
  deleteDataset(@Ctx() { services }: Context, @Arg('id', () => ID) id: string): Promise<Deletion> {
    return services.deleteDataset(id);
  }

  @FieldResolver(() => [Label], { description: 'Of the latest version.' })
  async labels(@Ctx() { loaders }: Context, @Root() dataset: Dataset): Promise<Label[]> {
    if (!dataset.latestVersionId) return [];
    return (await loaders.version.load(dataset.latestVersionId))?.labels ?? [];
  }

  @FieldResolver(() => DatasetVersion, {
    nullable: true,
    description: 'Null until the first import is done.',
  })
  async latestVersion(
    @Ctx() { loaders }: Context,
    @Root() dataset: Dataset,
  ): Promise<DatasetVersion | null> {
    return dataset.latestVersionId ? loaders.version.load(dataset.latestVersionId) : null;
  }

  @FieldResolver(() => DatasetVersionConnection, { description: 'Newest first.' })
  versions(
    @Ctx() context: Context,
    @Root() dataset: Dataset,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<DatasetVersion>> {
    return nestedPage(context, dataset.id, args, {
      list: 'versions',
      load: (ids, slice) => datasetVersionPages(context.db, ids, slice),
      count: (ids) => countDatasetVersions(context.db, ids),
      parentOf: (row) => row.datasetId,
      place: (row) => row.number,
      node: (row) => row,
    });
  }
}

function requireAdminForDirectories({ source }: ImportDatasetInput, { role }: Viewer): void {
  if (typeof source.directory !== 'string' || isAtLeast(role, 'ADMIN')) return;
  throw new ClipwrightError(
    'FORBIDDEN',
    `Importing from a directory of the server takes an ADMIN token; yours is ${role}. ` +
      'Ask an administrator to run the import, or upload an archive (createUpload).',
  );
}
