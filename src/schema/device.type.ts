import { Field, Float, ObjectType } from 'type-graphql';
import { DeviceStatus } from './device-status.enum.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true, description: 'What encoders could run on.' })
export class Device {
  @Field(() => String, { description: 'cpu, cuda, coreml, dml or webgpu.' })
  device!: string;

  @Field(() => DeviceStatus)
  status!: DeviceStatus;

  @Field(() => Boolean, { description: 'Whether it embeds.' })
  chosen!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was not chosen; null where there is nothing to say of the one that was.',
  })
  reason!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How long a part of a ViT took on it; null where that was not measured.',
  })
  milliseconds!: number | null;
}
