import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { EncoderStatus } from './encoder-status.enum.js';
import { Requires } from './requires.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class Encoder {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Int)
  dimension!: number;

  @Field(() => Int)
  imageSize!: number;

  @Field(() => Int)
  contextLength!: number;

  @Field(() => EncoderStatus)
  status!: EncoderStatus;

  @Field(() => Float, { nullable: true })
  sizeBytes!: number | null;

  @Field(() => String, { nullable: true })
  license!: string | null;

  @Field(() => String, { nullable: true })
  revision!: string | null;
}
