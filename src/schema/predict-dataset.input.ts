import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { Split } from './split.enum.js';

@InputType()
export class PredictDatasetInput {
  @Field(() => String, { description: '"name/3", "name@alias", "name@latest" or "run:<id>".' })
  model!: string;

  @Field(() => ID)
  datasetVersionId!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "The name of one of the version's threshold sets; its own thresholds when left out.",
  })
  thresholds?: string | null;

  @Field(() => [Split], { nullable: true, description: 'All when left out.' })
  splits?: Split[] | null;
}

export const ExportFormat = { CSV: 'CSV', JSONL: 'JSONL', PARQUET: 'PARQUET' } as const;
export type ExportFormat = keyof typeof ExportFormat;
registerEnumType(ExportFormat, {
  name: 'ExportFormat',
  valuesConfig: {
    PARQUET: {
      description: 'Typed: scores are FLOAT, LABELS without a separator a list of strings.',
    },
  },
});

export const ExportValue = {
  KEY: 'KEY',
  CAPTION: 'CAPTION',
  SPLIT: 'SPLIT',
  LABELS: 'LABELS',
  LABEL_NAMES: 'LABEL_NAMES',
  SCORE: 'SCORE',
  PREDICTED: 'PREDICTED',
} as const;
export type ExportValue = keyof typeof ExportValue;
registerEnumType(ExportValue, {
  name: 'ExportValue',
  valuesConfig: {
    LABELS: { description: 'Keys of the predicted labels, in label order.' },
    SCORE: { description: 'Of one label, 0 to 1.' },
    PREDICTED: { description: 'Whether one label is predicted: 1 or 0 in CSV.' },
  },
});

@InputType()
export class ExportColumnInput {
  @Field(() => String)
  name!: string;

  @Field(() => ExportValue)
  value!: ExportValue;

  @Field(() => String, {
    nullable: true,
    description: 'Between LABELS or LABEL_NAMES; a list when left out, in CSV as JSON.',
  })
  separator?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of the label: SCORE and PREDICTED.' })
  label?: string | null;
}
