import { Field, Int, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class System {
  @Field(() => String)
  version!: string;

  @Field(() => String, {
    description:
      'What CLIPWRIGHT_DEVICE says: auto, cpu, cuda, coreml, dml or webgpu. It is the setting; `devices` says what was found. ' +
      'cuda and webgpu train too; otherwise the CPU trains. Where one fails, the CPU does its work, and the events of the run say so.',
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
