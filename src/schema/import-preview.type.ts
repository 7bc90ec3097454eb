import { Field, ObjectType } from 'type-graphql';
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

  @Field(() => [String], { description: 'What an import would refuse, reject or leave out.' })
  warnings!: string[];
}
