import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Exactly one field.' })
export class ImageInput {
  @Field(() => String, { nullable: true, description: 'Over HTTP only.' })
  base64?: string | null;

  @Field(() => ID, { nullable: true, description: 'Supplies the image alone, not the caption.' })
  sampleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of an image that was uploaded.' })
  uploadId?: string | null;
}

@InputType({ description: 'At least one of `text` and `image`.' })
export class PredictInput {
  @Field(() => String, { nullable: true })
  key?: string | null;

  @Field(() => String, { nullable: true })
  text?: string | null;

  @Field(() => ImageInput, { nullable: true })
  image?: ImageInput | null;
}
