import { Field, Int, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class System {
  @Field(() => String)
  version!: string;

  @Field(() => String, {
    description:
      'What CLIPWRIGHT_DEVICE says: cpu, cuda or webgpu. It is the setting, not what was found: where that device fails, the CPU trains, and the events of the run say so.',
  })
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
