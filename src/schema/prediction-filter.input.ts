import { Field, InputType } from 'type-graphql';
import { SampleFilter } from './sample-filter.input.js';

@InputType({ description: 'All conditions hold. Labels by their keys, at most 100 in a list.' })
export class PredictionFilter {
  @Field(() => SampleFilter, { nullable: true, description: '`labels`: those that it carries.' })
  sample?: SampleFilter | null;

  @Field(() => [String], { nullable: true, description: 'All of them are predicted.' })
  predicted?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'The decision about each of them is wrong. With the same label in `predicted` it is a false positive, in `sample.labels` a ' +
      'false negative.',
  })
  wrong?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether any decision is wrong; of labelled samples only.',
  })
  hasErrors?: boolean | null;
}
