import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Label } from './label.type.js';
import { Requires } from './requires.js';
import { Sample } from './sample.type.js';
import { CaptionMatch } from './version-statistics.type.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true, description: 'Of a cell: the mean over its seeds.' })
export class CellLabelScore {
  @Field(() => Float, { nullable: true, description: 'Null where no sample carries the label.' })
  averagePrecision!: number | null;

  @Field(() => Float, { description: 'With fitted thresholds.' })
  f1!: number;
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'A label on the TEST samples with known labels that the best cells can all use, cell beside cell. They were chosen on ' +
    'VALIDATION.',
})
export class ReportLabel {
  @Field(() => Label)
  label!: Label;

  @Field(() => Int)
  support!: number;

  @Field(() => CellLabelScore, { nullable: true, description: 'Of bestImageOnly.' })
  imageOnly!: CellLabelScore | null;

  @Field(() => CellLabelScore, { nullable: true, description: 'Of bestTextOnly.' })
  textOnly!: CellLabelScore | null;

  @Field(() => CellLabelScore, { nullable: true, description: 'Of bestFused.' })
  fused!: CellLabelScore | null;

  @Field(() => CaptionMatch, {
    description:
      'What string match in the caption reaches on those of the samples that have one: where it is near the cells, the ' +
      'label needs no model.',
  })
  captionMatch!: CaptionMatch;
}

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class FlippedSample {
  @Field(() => Sample)
  sample!: Sample;

  @Field(() => [Label], { description: 'On which bestFused alone is right.' })
  gained!: Label[];

  @Field(() => [Label], { description: 'On which bestSingle alone is right.' })
  lost!: Label[];
}

@Requires('VIEWER')
@ObjectType({
  simpleResolvers: true,
  description:
    'Where bestFused and bestSingle decide differently, on the samples of `labels`. A cell decides for a label where at ' +
    'least half of its seeds do.',
})
export class CellFlips {
  @Field(() => Int, {
    description: 'Decisions, one per sample and label, that bestFused alone has right.',
  })
  gained!: number;

  @Field(() => Int, { description: 'Those that bestSingle alone has right.' })
  lost!: number;

  @Field(() => Int, { description: 'Samples with at least one of them.' })
  numSamples!: number;

  @Field(() => [FlippedSample], { description: 'At most 50, those with the most flips first.' })
  samples!: FlippedSample[];
}
