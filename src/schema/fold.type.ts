import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';

@InputType({
  description:
    'The labelled samples of the version are dealt into `count` folds by iterative stratification of second order; what the ' +
    "version's import kept together stays together. Fold `index` is TEST, of the rest a tenth is VALIDATION. The version's own splits do not count.",
})
export class FoldInput {
  @Field(() => Int, { description: '2 to 20; each fold takes at least ten usable samples.' })
  count!: number;

  @Field(() => Int, { description: 'From 0.' })
  index!: number;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 1,
    description: 'Of the dealing; the same for all folds that are to part the samples.',
  })
  seed?: number | null;
}

@InputType({ description: 'As the folds of a run: every cell × seed has a run on each.' })
export class FoldsInput {
  @Field(() => Int, { description: '2 to 20; each fold takes at least ten usable samples.' })
  count!: number;

  @Field(() => Int, { nullable: true, defaultValue: 1, description: 'Of the dealing.' })
  seed?: number | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Folds {
  @Field(() => Int)
  count!: number;

  @Field(() => Int)
  seed!: number;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Fold {
  @Field(() => Int)
  count!: number;

  @Field(() => Int, { description: 'From 0.' })
  index!: number;

  @Field(() => Int)
  seed!: number;
}
