import { Field, Float, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';
import { Sample } from './sample.type.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class SearchHit {
  @Field(() => Sample)
  sample!: Sample;

  @Field(() => Float, {
    description: 'Cosine, −1 to 1; its range differs from encoder to encoder.',
  })
  similarity!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'From 0 to 1, ordered as `similarity` and comparable between encoders: the probability that two contents of this ' +
      "similarity belong together rather than being random ones, had both been as likely (Platt's fit). Learned from the set: " +
      'what belongs together are photo and caption of a sample, and within a modality a sample and the nearest other. Null ' +
      'where the set has too few such pairs, or its encoder does not tell them apart.',
  })
  relevance!: number | null;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class SearchHits {
  @Field(() => [SearchHit], { description: 'The nearest first.' })
  nodes!: SearchHit[];
}
