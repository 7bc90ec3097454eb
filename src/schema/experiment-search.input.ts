import { Field, Float, InputType, Int } from 'type-graphql';
import { RangeOption, RangeScale, SearchKind } from './experiment-search.enums.js';

@InputType({
  description:
    'Numbers of which a search draws one for each cell, in place of what axes and `config` say. The option must be one of ' +
    'every value of its axis.',
})
export class SearchRangeInput {
  @Field(() => RangeOption)
  option!: RangeOption;

  @Field(() => Float)
  low!: number;

  @Field(() => Float)
  high!: number;

  @Field(() => RangeScale, {
    nullable: true,
    description: 'LINEAR when left out. LOG: the logarithm is uniform.',
  })
  scale?: RangeScale | null;
}

@InputType({ description: 'How the cells of an experiment are chosen; GRID when left out.' })
export class SearchInput {
  @Field(() => SearchKind)
  kind!: SearchKind;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many different cells are drawn. HALVING without ranges: every combination when left out.',
  })
  cells?: number | null;

  @Field(() => Int, { nullable: true, description: 'Of the drawing; 1 when left out.' })
  seed?: number | null;

  @Field(() => [SearchRangeInput], { nullable: true })
  ranges?: SearchRangeInput[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'HALVING: one of so many cells goes up into the next rung, and is trained so many times as long there; 3 when left out.',
  })
  reduction?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'HALVING: epochs in the lowest rung; 1 when left out.',
  })
  minEpochs?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'HALVING: at most so many epochs in the highest rung; those of `config` when left out.',
  })
  maxEpochs?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'RANDOM, HALVING: no further cell is begun when it would take more runs than this.',
  })
  budgetRuns?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'RANDOM, HALVING: the same for the epochs of all runs together, as configured. Runs that are reused cost nothing.',
  })
  budgetEpochs?: number | null;
}
