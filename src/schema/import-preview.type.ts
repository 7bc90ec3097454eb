import { Field, Int, ObjectType } from 'type-graphql';
import { RejectedRow } from './import-report.type.js';
import { Requires } from './requires.js';

@Requires('EDITOR')
@ObjectType({ simpleResolvers: true })
export class ColumnsGuess {
  @Field(() => String, { nullable: true })
  image!: string | null;

  @Field(() => String, { nullable: true })
  labels!: string | null;

  @Field(() => String, { nullable: true })
  unknownLabels!: string | null;

  @Field(() => String, { nullable: true })
  caption!: string | null;

  @Field(() => String, { nullable: true })
  key!: string | null;

  @Field(() => String, { nullable: true })
  split!: string | null;

  @Field(() => String, { nullable: true })
  labelSeparator!: string | null;
}

@Requires('EDITOR')
@ObjectType({
  simpleResolvers: true,
  description:
    'Found without opening a photo: an import rejects those that cannot be read as well.',
})
export class RowCheck {
  @Field(() => Int, { description: 'Rows that were looked at.' })
  rowCount!: number;

  @Field(() => Boolean, {
    description:
      'Whether those are all: of a table, the first 500,000 rows, 1,000,000 lines or 32 MiB are looked at.',
  })
  isWhole!: boolean;

  @Field(() => Int, { description: 'Of those, how many an import would reject.' })
  rejectedCount!: number;

  @Field(() => [RejectedRow], { description: 'The first 20.' })
  rejected!: RejectedRow[];
}

@Requires('EDITOR')
@ObjectType({ simpleResolvers: true })
export class ImportPreview {
  @Field(() => String, { description: 'The table that would be read.' })
  table!: string;

  @Field(() => String, { description: "Empty for the source itself, or the table's." })
  imageFolder!: string;

  @Field(() => [String])
  columns!: string[];

  @Field(() => [[String]], {
    nullable: 'items',
    description: 'The first 20, each cell in the order of `columns` and cut after 500 characters.',
  })
  rows!: (string | null)[][];

  @Field(() => ColumnsGuess)
  guess!: ColumnsGuess;

  @Field(() => [String], {
    description: 'Why an import would be refused, and what it would leave out.',
  })
  warnings!: string[];

  @Field(() => RowCheck, {
    nullable: true,
    description: 'Null where an import would be refused as a whole.',
  })
  check!: RowCheck | null;
}
