import { Field, Float, ID, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';

@Requires('EDITOR')
@ObjectType({ simpleResolvers: true })
export class Deletion {
  @Field(() => ID)
  id!: string;

  @Field(() => Float)
  freedBytes!: number;
}
