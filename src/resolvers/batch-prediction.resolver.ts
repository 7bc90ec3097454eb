import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  Float,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import {
  BATCH_ORDER,
  batchPredictionById,
  batchPredictionPage,
  countBatchPredictions,
} from '../db/batch-predictions.queries.js';
import { samplesAt } from '../db/samples.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import {
  BatchPrediction,
  BatchPredictionConnection,
  type SamplePrediction,
  SamplePredictionConnection,
} from '../schema/batch-prediction.type.js';
import type { Page } from '../schema/connection.js';
import { DatasetVersion } from '../schema/dataset-version.type.js';
import { Deletion } from '../schema/deletion.type.js';
import { EmbeddingSet } from '../schema/embedding-set.type.js';
import { Job } from '../schema/job.type.js';
import { PageArgs } from '../schema/page.args.js';
import {
  ExportColumnInput,
  ExportFormat,
  PredictDatasetInput,
} from '../schema/predict-dataset.input.js';
import { PredictionFilter } from '../schema/prediction-filter.input.js';
import { Requires } from '../schema/requires.js';
import { type BatchResult, isFinished, labelsOf, thresholdsOf } from '../services/batch-results.js';
import { checkTemplate, standardTemplate } from '../services/export-template.js';
import { isId } from '../services/parse-id.js';
import { type BatchRow, batchObject, rowOf } from './batch-prediction-object.js';
import { batchFilter } from './check-filter.js';
import type { Context } from './context.js';
import { decodeCursor, pageSize } from './cursor.js';
import { rootPage, toPage } from './page.js';
import { required } from './required.js';
import { setOf } from './set-of.js';

@Resolver(() => BatchPrediction)
export class BatchPredictionResolver {
  @Requires('EDITOR')
  @Mutation(() => BatchPrediction, {
    description:
      'Embeds first what is not embedded yet. The earlier one where the same was asked for before. Samples that lack what the model needs are left out.',
  })
  async predictDataset(
    @Ctx() { services, db }: Context,
    @Arg('input', () => PredictDatasetInput) input: PredictDatasetInput,
  ): Promise<BatchPrediction> {
    return load(db, await services.predictDataset(input));
  }

  @Requires('VIEWER')
  @Query(() => BatchPrediction, { nullable: true })
  async batchPrediction(
    @Ctx() { db }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<BatchPrediction | null> {
    const row = isId(id) ? await batchPredictionById(db, id) : undefined;
    return row ? batchObject(row) : null;
  }

  @Requires('VIEWER')
  @Query(() => BatchPredictionConnection, { description: 'Newest first.' })
  batchPredictions(
    @Ctx() { db }: Context,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<BatchPrediction>> {
    return rootPage(args, {
      list: 'batchPredictions',
      order: BATCH_ORDER,
      load: (slice) => batchPredictionPage(db, slice),
      count: () => countBatchPredictions(db),
      node: batchObject,
    });
  }

  @Requires('EDITOR')
  @Mutation(() => BatchPrediction, { description: 'The embedding that it waits for goes on.' })
  async cancelBatchPrediction(
    @Ctx() { services, db }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<BatchPrediction> {
    return load(db, await services.cancelBatchPrediction(id));
  }

  @Requires('EDITOR')
  @Mutation(() => Deletion, { description: 'CONFLICT until it has ended.' })
  deleteBatchPrediction(
    @Ctx() { services }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<Deletion> {
    return services.deleteBatchPrediction(id);
  }

  @FieldResolver(() => DatasetVersion)
  async datasetVersion(
    @Ctx() { loaders }: Context,
    @Root() batch: BatchPrediction,
  ): Promise<DatasetVersion> {
    return required(await loaders.version.load(batch.versionId), 'dataset version of this batch');
  }

  @FieldResolver(() => EmbeddingSet, {
    description: 'What it is made of; it waits for it where it is not complete.',
  })
  embeddingSet(@Ctx() { loaders }: Context, @Root() batch: BatchPrediction): Promise<EmbeddingSet> {
    return setOf(loaders, batch.setId);
  }

  @FieldResolver(() => Job, { nullable: true, description: 'Null while it waits for embeddings.' })
  async job(@Ctx() { loaders }: Context, @Root() batch: BatchPrediction): Promise<Job | null> {
    return batch.jobId ? loaders.job.load(batch.jobId) : null;
  }

  @FieldResolver(() => Float, { description: '0 to 1.' })
  async progress(@Ctx() { loaders }: Context, @Root() batch: BatchPrediction): Promise<number> {
    if (batch.status === 'SUCCEEDED') return 1;
    return batch.jobId ? ((await loaders.job.load(batch.jobId))?.progress ?? 0) : 0;
  }

  @FieldResolver(() => SamplePredictionConnection, {
    description:
      'By key of the sample; empty until it has SUCCEEDED. With `filter` every score is read when it is asked for first.',
  })
  async predictions(
    @Ctx() { services, db }: Context,
    @Root() batch: BatchPrediction,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => PredictionFilter, { nullable: true }) filter?: PredictionFilter | null,
  ): Promise<Page<SamplePrediction>> {
    const row = rowOf(batch);
    const size = pageSize(args.first);
    const wanted = filter ? batchFilter(filter) : null;
    const list = wanted ? `predictions:${JSON.stringify(wanted)}` : 'predictions';
    const after = args.after ? (decodeCursor(list, ['int'], args.after)[0] as number) : -1;
    const results: BatchResult[] = [];
    let total = row.sampleCount ?? 0;
    if (isFinished(row) && wanted) {
      const selected = await services.selectPredictions(row, wanted);
      total = selected.length;
      const shown = selected.filter((position) => position > after).subarray(0, size + 1);
      results.push(...(await services.batchResultsAt(row, [...shown])));
    } else if (isFinished(row)) {
      const slice = services.batchResults(row, { after, count: size + 1 });
      for await (const result of slice) results.push(result);
    }
    const positions = results.map(({ position }) => position);
    const samples = positions.length === 0 ? [] : await samplesAt(db, row.versionId, positions);
    const nodes = results.map((result, at) => ({
      sample: samples[at]!,
      position: result.position,
      ...scoredLabels(row, result),
    }));
    return toPage(nodes, {
      size,
      list,
      after: args.after != null,
      key: ({ position }) => [position],
      node: (node) => node,
      totalCount: async () => total,
    });
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Signed and relative; null until it has SUCCEEDED. `columns`: those of a submission, such as { name: "ImageID", value: KEY }; key, labels and ' +
      'every score when left out.',
  })
  exportUrl(
    @Ctx() { urls }: Context,
    @Root() batch: BatchPrediction,
    @Arg('format', () => ExportFormat) format: ExportFormat,
    @Arg('columns', () => [ExportColumnInput], { nullable: true })
    columns?: ExportColumnInput[] | null,
  ): string | null {
    const row = rowOf(batch);
    const labels = labelsOf(row);
    const template = columns ? checkTemplate(columns, labels) : null;
    if (!isFinished(row)) return null;
    if (!template && standardTemplate(labels).length > MAX_STANDARD[format]) {
      throw badUserInput(
        `expected \`columns\` for a model of ${labels.length} labels in ${format}`,
      );
    }
    const wanted = Buffer.from(JSON.stringify(template)).toString('base64url');
    if (wanted.length > MAX_TEMPLATE) {
      throw badUserInput('expected fewer or shorter `columns`: they are part of the address');
    }
    return urls.sign(`/files/predictions/${row.id}/${format.toLowerCase()}/${wanted}`);
  }
}

/** Columns of the standard export: a line; in Parquet, what the file's end says of each. */
const MAX_STANDARD = { CSV: 20_000, JSONL: 20_000, PARQUET: 1000 };
/** Of an address, which servers on the way cut at 8 KiB and more. */
const MAX_TEMPLATE = 6_000;

async function load(db: Context['db'], id: string): Promise<BatchPrediction> {
  return batchObject(required(await batchPredictionById(db, id), 'batch prediction with this id'));
}

function scoredLabels(row: BatchRow, { scores, labels }: BatchResult) {
  const known = labelsOf(row);
  const thresholds = thresholdsOf(row);
  const scored = (index: number) => ({
    label: { index, key: known[index]!.key, name: known[index]!.name },
    score: scores[index]!,
    threshold: thresholds[index]!,
  });
  return { labels: labels.map(scored), scores: [...known.keys()].map(scored) };
}
