import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Dataset } from '../schema/dataset.type.js';
import { DatasetImport } from '../schema/dataset-import.type.js';
import { Job } from '../schema/job.type.js';
import type { Context } from './context.js';
import { required } from './required.js';

@Resolver(() => DatasetImport)
export class DatasetImportResolver {
  @FieldResolver(() => Dataset)
  async dataset(@Ctx() { loaders }: Context, @Root() root: DatasetImport): Promise<Dataset> {
    return required(await loaders.dataset.load(root.datasetId), 'dataset with this id');
  }

  @FieldResolver(() => Job)
  async job(@Ctx() { loaders }: Context, @Root() root: DatasetImport): Promise<Job> {
    return required(await loaders.job.load(root.jobId), 'job with this id');
  }
}
