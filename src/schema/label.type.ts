import { Field, Int, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Label {
  @Field(() => Int, { description: 'Only grows within a dataset: never used for another label.' })
  index!: number;

  @Field(() => String, { description: 'As it stood in the import, such as "16".' })
  key!: string;

  @Field(() => String, { description: 'Such as "bird".' })
  name!: string;
}
