import { Field, ID, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';
import { Role } from './role.enum.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Viewer {
  @Field(() => Role)
  role!: Role;

  @Field(() => ID, { nullable: true, description: 'Null for CLIPWRIGHT_TOKEN.' })
  tokenId!: string | null;

  @Field(() => String, { nullable: true })
  tokenName!: string | null;
}
