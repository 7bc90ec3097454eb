import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Model {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;
}

export const ModelConnection = connectionOf(Model, 'Model');

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Alias {
  @Field(() => String)
  name!: string;

  versionId!: string;
}
