import { Field, ID, ObjectType } from 'type-graphql';
import { DateTime } from './date-time.scalar.js';
import { Requires } from './requires.js';
import { Role } from './role.enum.js';

@Requires('ADMIN')
@ObjectType({ simpleResolvers: true })
export class Token {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Role)
  role!: Role;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'To the minute.' })
  lastUsedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  expiresAt!: Date | null;
}

@Requires('ADMIN')
@ObjectType({ simpleResolvers: true })
export class NewToken {
  @Field(() => Token)
  token!: Token;

  @Field(() => String, { description: 'Shown once: only its hash is kept.' })
  secret!: string;
}
