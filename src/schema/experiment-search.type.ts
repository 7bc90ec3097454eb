import { Field, Float, Int, ObjectType } from 'type-graphql';
import { RangeOption, RangeScale, SearchKind } from './experiment-search.enums.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class SearchRange {
  @Field(() => RangeOption)
  option!: RangeOption;

  @Field(() => Float)
  low!: number;

  @Field(() => Float)
  high!: number;

  @Field(() => RangeScale)
  scale!: RangeScale;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true, description: 'As SearchInput, every default filled in.' })
export class ExperimentSearch {
  @Field(() => SearchKind)
  kind!: SearchKind;

  @Field(() => Int, { nullable: true })
  cells!: number | null;

  @Field(() => Int, { nullable: true })
  seed!: number | null;

  @Field(() => [SearchRange])
  ranges!: SearchRange[];

  @Field(() => Int, { nullable: true })
  reduction!: number | null;

  @Field(() => Int, { nullable: true })
  minEpochs!: number | null;

  @Field(() => Int, { nullable: true })
  maxEpochs!: number | null;

  @Field(() => Int, { nullable: true })
  budgetRuns!: number | null;

  @Field(() => Int, { nullable: true })
  budgetEpochs!: number | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class PlannedRung {
  @Field(() => Int)
  rung!: number;

  @Field(() => Int)
  epochs!: number;

  @Field(() => Int, { description: 'Where no cell that goes up is overtaken later.' })
  numCells!: number;

  @Field(() => Int, { description: 'Where every cell is better than those before it.' })
  maxCells!: number;
}
