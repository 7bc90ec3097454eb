import { Field, Int, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class System {
  @Field(() => String)
  version!: string;

  @Field(() => String)
  device!: string;

  @Field(() => String)
  engine!: string;

  @Field(() => String)
  nodeVersion!: string;

  @Field(() => Int)
  threads!: number;

  @Field(() => Int)
  queued!: number;

  @Field(() => Int)
  running!: number;
}
