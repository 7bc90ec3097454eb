import { Field, ID, InputType } from 'type-graphql';
import { Split } from './split.enum.js';

@InputType({
  description:
    'What is left out is unchanged; null is unknown (labels) or removed (caption). A sample whose labels are unknown is TEST.',
})
export class SampleEdit {
  @Field(() => String)
  key!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The id of the sample as the client saw it, in any version: CONFLICT where it differs from that of the latest version.',
  })
  basedOn?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Keys. A label that is given is no longer one of `unknownLabels`.',
  })
  labels?: string[] | null;

  @Field(() => [String], { nullable: true })
  unknownLabels?: string[] | null;

  @Field(() => String, { nullable: true })
  caption?: string | null;

  @Field(() => Split, { nullable: true })
  split?: Split | null;

  @Field(() => Boolean, { nullable: true, description: 'The next version is without it.' })
  remove?: boolean | null;
}
