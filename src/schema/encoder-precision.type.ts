import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import { Precision } from './precision.enum.js';
import { Requires } from './requires.js';

export const PrecisionSource = {
  FILE: 'FILE',
  QUANTISED: 'QUANTISED',
  CATALOGUE: 'CATALOGUE',
} as const;
export type PrecisionSource = keyof typeof PrecisionSource;

registerEnumType(PrecisionSource, {
  name: 'PrecisionSource',
  valuesConfig: {
    FILE: { description: "In the encoder's folder." },
    QUANTISED: { description: 'Made here of FP32, at first use.' },
    CATALOGUE: { description: '`downloadEncoder` with this precision fetches it.' },
  },
});

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class EncoderPrecision {
  @Field(() => Precision)
  precision!: Precision;

  @Field(() => PrecisionSource)
  source!: PrecisionSource;

  @Field(() => Float, { nullable: true, description: 'Null where it is not there yet.' })
  sizeBytes!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'To FP32, the lowest over drawings and captions that the program brings; measured at first use. Of FP32 null.',
  })
  cosine!: number | null;
}
