import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { ImportFormat } from './import-format.enum.js';
import { KeepTogether } from './keep-together.enum.js';

@InputType({ description: 'Exactly one of `directory` and `uploadId`.' })
export class ImportSourceInput {
  @Field(() => String, { nullable: true, description: 'ADMIN: a folder under an import root.' })
  directory?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Of a zip, a tar or a tar.gz; it goes when it was imported.',
  })
  uploadId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Below the source; left out: the only table whose rows match images.',
  })
  table?: string | null;

  @Field(() => String, { nullable: true, description: 'Below the source.' })
  imageFolder?: string | null;
}

@InputType()
export class ColumnsInput {
  @Field(() => String, { nullable: true })
  image?: string | null;

  @Field(() => String, { nullable: true })
  labels?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Labels of which it is unknown whether the sample carries them, written as `labels` are: left out of losses and metrics.',
  })
  unknownLabels?: string | null;

  @Field(() => String, { nullable: true })
  caption?: string | null;

  @Field(() => String, { nullable: true })
  key?: string | null;

  @Field(() => String, { nullable: true })
  split?: string | null;
}

@InputType()
export class LabelNameInput {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  name!: string;
}

@InputType({
  description:
    'When left out { validation: 0.1, test: 0.1, seed: 1, order: 1, keepTogether: NOTHING }; iterative stratification ' +
    'over labels.',
})
export class SplitInput {
  @Field(() => Float, { nullable: true })
  validation?: number | null;

  @Field(() => Float, { nullable: true })
  test?: number | null;

  @Field(() => Int, { nullable: true })
  seed?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: '1: every label keeps its proportion in each split; 2: every pair of labels too.',
  })
  order?: number | null;

  @Field(() => KeepTogether, {
    nullable: true,
    description:
      'Samples that get the same split, so that nothing of TEST was seen in TRAIN. Given splits come first.',
  })
  keepTogether?: KeepTogether | null;
}

@InputType({
  description:
    'Content equal to the latest version returns that version (Job.unchanged); other content without `append` fails ' +
    'the job with CONFLICT. CSV: an empty label cell is unknown, `[]` is none. JSONL: null or absent is unknown, [] is none.',
})
export class ImportDatasetInput {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => ImportSourceInput)
  source!: ImportSourceInput;

  @Field(() => ImportFormat, { nullable: true, defaultValue: 'AUTO' })
  format?: ImportFormat | null;

  @Field(() => ColumnsInput, {
    nullable: true,
    description: 'Guessed from the header when left out.',
  })
  columns?: ColumnsInput | null;

  @Field(() => String, { nullable: true, description: 'Guessed when left out.' })
  labelSeparator?: string | null;

  @Field(() => [LabelNameInput], {
    nullable: true,
    description: 'Or a two-column table id,name in the source.',
  })
  labelNames?: LabelNameInput[] | null;

  @Field(() => SplitInput, { nullable: true })
  split?: SplitInput | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  append?: boolean | null;
}
