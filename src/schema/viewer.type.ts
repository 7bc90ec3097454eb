import { Field, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';
import { Role } from './role.enum.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Viewer {
  @Field(() => Role)
  role!: Role;

  @Field(() => String, { nullable: true })
  tokenName!: string | null;
}
