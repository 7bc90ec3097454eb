import { Field, Float, InputType } from 'type-graphql';
import { LossAverage, LossKind } from './training.enums.js';

@InputType({ description: 'An option that the kind does not have is refused.' })
export class LossInput {
  @Field(() => LossKind)
  kind!: LossKind;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'BCE, ASYMMETRIC: positives weigh negatives ÷ positives of the label over TRAIN, at most 100; false when left out.',
  })
  positiveWeights?: boolean | null;

  @Field(() => Float, { nullable: true, description: 'ASYMMETRIC: 0 when left out.' })
  gammaPositive?: number | null;

  @Field(() => Float, { nullable: true, description: 'ASYMMETRIC: 4 when left out.' })
  gammaNegative?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'ASYMMETRIC: probability up to which a negative counts nothing, 0.05 when left out. HILL: logit by which a positive ' +
      'has to do better, 1 when left out.',
  })
  margin?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'BCE, FOCAL: how far targets are moved towards 0.5, from 0 (the default) and below 1: y·(1 − ε) + ε/2.',
  })
  labelSmoothing?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'FOCAL: weight of positives, negatives weighing 1 − alpha; both weigh 1 when left out. DISTRIBUTION_BALANCED: ' +
      'least weight of a label of a sample, 0.1 when left out.',
  })
  alpha?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Exponent by which what is easy counts less; 0: not at all. When left out FOCAL 2, HILL 2 (positives alone), ' +
      "DISTRIBUTION_BALANCED 0. PARTIAL_BCE: the exponent γ of the known share p in a sample's weight α·p^γ + β, −3 to 3; 1.",
  })
  gamma?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Slope of a sigmoid. DISTRIBUTION_BALANCED: of the weight by rarity, 10 when left out. SOFT_F1: of the ' +
      'probability by logit, 1 when left out.',
  })
  beta?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'DISTRIBUTION_BALANCED: rarity (1 ÷ positives) of a label, relative to that of all labels of the sample, at which ' +
      'its weight is halfway; 0.3 when left out.',
  })
  mu?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'DISTRIBUTION_BALANCED: scale of the logits of negatives, the larger the sooner they no longer count; 5 when left ' +
      'out. HILL: (lambda − p)·p² is the loss of a negative, 1.5 when left out.',
  })
  lambda?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'DISTRIBUTION_BALANCED: the loss takes kappa · log(negatives ÷ positives) off every logit, so that rare labels come ' +
      'out higher; 0.05 when left out.',
  })
  kappa?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'TWO_WAY: the lower, the more the worst positive counts alone; 4 when left out.',
  })
  positiveTemperature?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'TWO_WAY: the same of negatives; 1 when left out.',
  })
  negativeTemperature?: number | null;

  @Field(() => LossAverage, {
    nullable: true,
    description: 'SOFT_F1: MACRO, the mean over labels, when left out.',
  })
  average?: LossAverage | null;

  @Field(() => Float, {
    nullable: true,
    description: 'SOFT_F1: added to every logit by the loss, not in predictions; 0 when left out.',
  })
  eta?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'PARTIAL_BCE: what a sample weighs of whose labels a tenth is known, where one of which all are known weighs 1; ' +
      '1 to 100, 5 when left out. 10 with `gamma: -1` makes it the mean over the known labels.',
  })
  weightAtTenth?: number | null;
}
