import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { sampleById } from '../db/samples.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { DatasetVersion } from '../schema/dataset-version.type.js';
import { Label } from '../schema/label.type.js';
import { Requires } from '../schema/requires.js';
import { Sample } from '../schema/sample.type.js';
import { isId } from '../services/parse-id.js';
import { thumbnailSize } from '../services/thumbnails.js';
import type { Context } from './context.js';
import { required } from './required.js';

@Resolver(() => Sample)
export class SampleResolver {
  @Requires('VIEWER')
  @Query(() => Sample, {
    nullable: true,
    description:
      'With `datasetVersion`: the sample of the same key in that version of the dataset.',
  })
  async sample(
    @Ctx() { db }: Context,
    @Arg('id', () => ID) id: string,
    @Arg('datasetVersion', () => Int, { nullable: true }) datasetVersion?: number | null,
  ): Promise<Sample | null> {
    return isId(id) ? sampleById(db, id, datasetVersion ?? null) : null;
  }

  @FieldResolver(() => DatasetVersion)
  async datasetVersion(
    @Ctx() { loaders }: Context,
    @Root() sample: Sample,
  ): Promise<DatasetVersion> {
    return required(await loaders.version.load(sample.versionId), 'dataset version of this sample');
  }

  @FieldResolver(() => [Label], {
    nullable: true,
    description: 'Null: unknown. Empty: known to have none.',
  })
  async labels(@Ctx() { loaders }: Context, @Root() sample: Sample): Promise<Label[] | null> {
    if (!sample.labelled) return null;
    const version = await loaders.version.load(sample.versionId);
    return sample.labelIndices.map((index) => version!.labels[index]!);
  }

  @FieldResolver(() => [Label], {
    description:
      'Of these alone it is unknown whether the sample carries them; empty where `labels` is null, as all are then.',
  })
  async unknownLabels(@Ctx() { loaders }: Context, @Root() sample: Sample): Promise<Label[]> {
    const version = await loaders.version.load(sample.versionId);
    return sample.unknownLabelIndices.map((index) => version!.labels[index]!);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Relative, signed, for some hours.' })
  imageUrl(@Ctx() { urls }: Context, @Root() sample: Sample): string | null {
    return sample.imageSha256 ? urls.sign(`/files/images/${sample.imageSha256}`) : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Relative, signed; `size` is rounded up to 96, 192, 384 or 768 pixels.',
  })
  thumbnailUrl(
    @Ctx() { urls }: Context,
    @Root() sample: Sample,
    @Arg('size', () => Int, { nullable: true, defaultValue: 192 }) size?: number | null,
  ): string | null {
    const wanted = size ?? 192;
    if (wanted < 1) {
      throw badUserInput(
        `expected a positive number of pixels for \`size\` but received ${wanted}`,
      );
    }
    return sample.imageSha256
      ? urls.sign(`/files/thumbnails/${thumbnailSize(wanted)}/${sample.imageSha256}`)
      : null;
  }
}
