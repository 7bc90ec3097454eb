import { Field, ID, ObjectType } from 'type-graphql';
import { DateTime } from './date-time.scalar.js';
import { Requires } from './requires.js';

/** `url` is signed by the resolver. */
@Requires('EDITOR')
@ObjectType({ simpleResolvers: true })
export class Upload {
  @Field(() => ID)
  id!: string;

  @Field(() => String, {
    description:
      'Relative. One PUT of exactly `sizeBytes` bytes; one that broke off may be repeated.',
  })
  url!: string;

  @Field(() => DateTime, { description: 'The PUT must have begun by then.' })
  expiresAt!: Date;
}
