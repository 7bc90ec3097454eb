import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { CreateEnsembleInput } from '../schema/create-ensemble.input.js';
import { Deletion } from '../schema/deletion.type.js';
import { Encoder } from '../schema/encoder.type.js';
import { Label } from '../schema/label.type.js';
import { Model } from '../schema/model.type.js';
import { ModelVersion } from '../schema/model-version.type.js';
import { Requires } from '../schema/requires.js';
import { Run } from '../schema/run.type.js';
import { LabelThreshold } from '../schema/threshold-set.type.js';
import { resolveModelVersion } from '../services/resolve-model-ref.js';
import type { Context } from './context.js';
import { encoderOf } from './encoder-of.js';
import { modelVersionObject } from './model-objects.js';
import { required } from './required.js';
import { runObject } from './run-objects.js';

@Resolver(() => ModelVersion)
export class ModelVersionResolver {
  @Requires('VIEWER')
  @Query(() => ModelVersion, {
    nullable: true,
    description: '`ref`: "name/3", "name@alias" or "name@latest".',
  })
  async modelVersion(
    @Ctx() { db, loaders }: Context,
    @Arg('ref', () => String) ref: string,
  ): Promise<ModelVersion | null> {
    const version = await resolveModelVersion(db, ref);
    const row = version && (await loaders.modelVersion.load(version.id));
    return row && modelVersionObject(row);
  }

  @Requires('EDITOR')
  @Mutation(() => ModelVersion, {
    description: 'SUCCEEDED runs only, else CONFLICT. The model is made with its first version.',
  })
  async registerModel(
    @Ctx() { services, loaders }: Context,
    @Arg('runId', () => ID) runId: string,
    @Arg('name', () => String) name: string,
  ): Promise<ModelVersion> {
    const id = await services.registerModel({ runId, name });
    return modelVersionObject(required(await loaders.modelVersion.load(id), 'such model version'));
  }

  @Requires('EDITOR')
  @Mutation(() => ModelVersion, {
    description:
      'The mean of the probabilities of runs that have SUCCEEDED, as one head. Predicts from all that its members need; ' +
      '`metrics` are on the TEST samples that all of them can use. Takes seconds.',
  })
  async createEnsemble(
    @Ctx() { services, loaders }: Context,
    @Arg('input', () => CreateEnsembleInput) input: CreateEnsembleInput,
  ): Promise<ModelVersion> {
    const id = await services.createEnsemble(input);
    return modelVersionObject(required(await loaders.modelVersion.load(id), 'such model version'));
  }

  @Requires('EDITOR')
  @Mutation(() => Deletion, { description: 'CONFLICT while an alias points at it.' })
  deleteModelVersion(
    @Ctx() { services }: Context,
    @Arg('ref', () => String) ref: string,
  ): Promise<Deletion> {
    return services.deleteModelVersion(ref);
  }

  @FieldResolver(() => Model)
  async model(@Ctx() { loaders }: Context, @Root() version: ModelVersion): Promise<Model> {
    return required(await loaders.model.load(version.modelId), 'model of this version');
  }

  @FieldResolver(() => [String])
  async aliases(@Ctx() { loaders }: Context, @Root() version: ModelVersion): Promise<string[]> {
    return (await loaders.aliasesOfVersion.load(version.id)).map((alias) => alias.name);
  }

  @FieldResolver(() => Run, {
    nullable: true,
    description: 'Null for an ensemble or an imported bundle.',
  })
  async run(@Ctx() { loaders }: Context, @Root() version: ModelVersion): Promise<Run | null> {
    const row = version.runId && (await loaders.run.load(version.runId));
    return row ? runObject(row) : null;
  }

  @FieldResolver(() => [Run], { description: "The run, or an ensemble's members; at most 16." })
  async runs(@Ctx() { loaders }: Context, @Root() version: ModelVersion): Promise<Run[]> {
    const rows = await Promise.all(version.runIds.map((id) => loaders.run.load(id)));
    return rows.flatMap((row) => (row ? [runObject(row)] : []));
  }

  @FieldResolver(() => [Label])
  async labels(@Ctx() { loaders }: Context, @Root() version: ModelVersion): Promise<Label[]> {
    return (await loaders.version.load(version.versionId))?.labels ?? [];
  }

  @FieldResolver(() => [LabelThreshold], {
    name: 'thresholds',
    description: 'Its own, in label order; those of its threshold sets come besides.',
  })
  async ownThresholds(
    @Ctx() context: Context,
    @Root() version: ModelVersion,
  ): Promise<LabelThreshold[]> {
    const labels = await this.labels(context, version);
    return labels.map((label, index) => ({ label, threshold: version.thresholds[index]! }));
  }

  @FieldResolver(() => Encoder)
  encoder(@Ctx() context: Context, @Root() version: ModelVersion): Promise<Encoder> {
    return encoderOf(context, version.encoderId);
  }

  @FieldResolver(() => String, {
    description: "The head's ONNX file: relative, signed, for some hours.",
  })
  downloadUrl(@Ctx() { urls }: Context, @Root() version: ModelVersion): string {
    return urls.sign(`/files/models/${version.sha256}/head.onnx`);
  }

  @FieldResolver(() => String, {
    description:
      'A zip with encoder, head, labels, thresholds, pre-processing and a Python script that predicts with them: relative, signed, for some ' +
      'hours; packed when it is fetched.',
  })
  bundleUrl(@Ctx() { urls }: Context, @Root() version: ModelVersion): string {
    return urls.sign(`/files/bundles/${version.id}/bundle.zip`);
  }
}
