import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import {
  findThresholdSet,
  type ThresholdSetRow,
  thresholdSetsByVersions,
} from '../db/threshold-sets.queries.js';
import type { Label } from '../schema/label.type.js';
import { ModelVersion } from '../schema/model-version.type.js';
import { Requires } from '../schema/requires.js';
import {
  type CalibrationKind,
  CreateThresholdSetInput,
  ThresholdSet,
  type ThresholdSetKind,
  type ThresholdWarningReason,
} from '../schema/threshold-set.type.js';
import type { Context } from './context.js';
import { groupInOrder } from './loaders.js';
import { modelVersionObject } from './model-objects.js';
import { required } from './required.js';
import { metricsObject } from './run-objects.js';

@Resolver(() => ModelVersion)
export class ThresholdSetResolver {
  @Requires('EDITOR')
  @Mutation(() => ThresholdSet, { description: 'CONFLICT for a name that the version has.' })
  async createThresholdSet(
    @Ctx() context: Context,
    @Arg('input', () => CreateThresholdSetInput) input: CreateThresholdSetInput,
  ): Promise<ThresholdSet> {
    const { versionId, name } = await context.services.createThresholdSet(input);
    const row = required(await findThresholdSet(context.db, versionId, name), 'such threshold set');
    const version = required(await context.loaders.modelVersion.load(versionId), 'such version');
    return thresholdSetObject(row, version.versionId, await labelsOf(context, version.versionId));
  }

  @Requires('EDITOR')
  @Mutation(() => ModelVersion)
  async deleteThresholdSet(
    @Ctx() { services, loaders }: Context,
    @Arg('modelVersion', () => String) modelVersion: string,
    @Arg('name', () => String) name: string,
  ): Promise<ModelVersion> {
    const id = await services.deleteThresholdSet({ modelVersion, name });
    return modelVersionObject(required(await loaders.modelVersion.load(id), 'such model version'));
  }

  @FieldResolver(() => [ThresholdSet], { description: 'By name; at most 50.' })
  async thresholdSets(
    @Ctx() context: Context,
    @Root() version: ModelVersion,
  ): Promise<ThresholdSet[]> {
    const rows = await context.loaders
      .keyed<ThresholdSetRow[]>('thresholdSets', async (ids) =>
        groupInOrder(ids, await thresholdSetsByVersions(context.db, ids), (row) => row.versionId),
      )
      .load(version.id);
    const labels = await labelsOf(context, version.versionId);
    return rows.map((row) => thresholdSetObject(row, version.versionId, labels));
  }
}

async function labelsOf({ loaders }: Context, versionId: string): Promise<readonly Label[]> {
  return required(await loaders.version.load(versionId), 'version of this model').labels;
}

/** @param versionId of the dataset, whose labels these are */
function thresholdSetObject(
  { name, settings, point, warnings, metrics, createdAt }: ThresholdSetRow,
  versionId: string,
  labels: readonly Label[],
): ThresholdSet {
  const { thresholds, topK } = point as { thresholds: number[]; topK: number | null };
  const { value, k, minPrecision, minRecall } = settings;
  const cut = topK === null ? thresholds : [];
  return {
    name,
    kind: settings.kind as ThresholdSetKind,
    value,
    k,
    calibration: settings.calibration as CalibrationKind,
    minPrecision: minPrecision ?? null,
    minRecall: minRecall ?? null,
    thresholds: cut.map((threshold, index) => ({ label: labels[index]!, threshold })),
    metrics: metricsObject(metrics, versionId),
    warnings: warnings.map(({ label, reason }) => ({
      label: labels[label]!,
      reason: reason as ThresholdWarningReason,
    })),
    createdAt,
  };
}
