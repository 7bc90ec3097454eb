import { Field, Float, InputType, Int } from 'type-graphql';
import {
  Activation,
  FusionKind,
  HeadKind,
  LossAverage,
  LossKind,
  OptimizerKind,
  PrototypeStart,
  QuerySource,
  Schedule,
  StopMetric,
  ThresholdKind,
} from './training.enums.js';

@InputType()
export class HeadInput {
  @Field(() => HeadKind)
  kind!: HeadKind;

  @Field(() => [Int], { nullable: true })
  hidden?: number[] | null;

  @Field(() => Activation, { nullable: true })
  activation?: Activation | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'MLP: of hidden units, 0.2 when left out. Heads over tokens: of each layer’s result, 0.1 when left out.',
  })
  dropout?: number | null;

  @Field(() => Boolean, { nullable: true })
  layerNorm?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'MLP: normalises hidden units over the batch, in place of layerNorm. False when left out.',
  })
  batchNorm?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'MLP: adds to each hidden layer what went into it, projected where the width changes. False when left out.',
  })
  residual?: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'ADAPTER: the share of the adapted features, above 0 and up to 1. 0.2 when left out.',
  })
  residualRatio?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'ADAPTER: the bottleneck is the features’ length divided by this. 4 when left out.',
  })
  reduction?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'COSINE: what cosines are multiplied by at first; it is learned. TEXT_BLENDED: what products are multiplied by. ' +
      'ZERO_SHOT, TIP_ADAPTER: what cosines with texts are multiplied by. 10 when left out.',
  })
  scale?: number | null;

  @Field(() => PrototypeStart, {
    nullable: true,
    description: 'COSINE: where the prototypes start. RANDOM when left out.',
  })
  start?: PrototypeStart | null;

  @Field(() => QuerySource, {
    nullable: true,
    description: 'LABEL_QUERY: where queries come from. LEARNED when left out.',
  })
  queries?: QuerySource | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'ZERO_SHOT, TIP_ADAPTER, TEXT_BLENDED, and COSINE and LABEL_QUERY with LABEL_TEXTS: what makes a label a text, with {} ' +
      'for its name. Of several, the mean of the embeddings is taken. ["a photo of a {}."] when left out.',
  })
  prompts?: string[] | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'ZERO_SHOT, TIP_ADAPTER: the cosine with its text at which a label is as likely as not, from -1 to 1. 0.4 when left out.',
  })
  offset?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'KNN: how many training samples vote. 50 when left out.',
  })
  neighbours?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'KNN, TIP_ADAPTER: how much more a more similar training sample counts; its weight is exp(sharpness × cosine). 10 for ' +
      'KNN, 5.5 for TIP_ADAPTER when left out.',
  })
  sharpness?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'TIP_ADAPTER: what the mean similarity to a label’s training samples is multiplied by. 3 when left out.',
  })
  cacheWeight?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'GMLP, MIXER, TRANSFORMER, LABEL_QUERY: into how many tokens the features are cut. 8 when left out.',
  })
  tokens?: number | null;

  @Field(() => Int, { nullable: true, description: 'The length of a token. 64 when left out.' })
  width?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'GMLP, MIXER, TRANSFORMER: blocks. 2 when left out.',
  })
  depth?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'TRANSFORMER, LABEL_QUERY: parts of attention; must divide width. 4 when left out.',
  })
  heads?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'LABEL_QUERY: queries that share the labels among them. 0, one for each label, when left out.',
  })
  groups?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Every head that is trained: the rank at which each logit depends on the other labels’ probabilities. 0, not at all, when left out.',
  })
  coupling?: number | null;
}

@InputType()
export class FusionInput {
  @Field(() => FusionKind)
  kind!: FusionKind;

  @Field(() => Int, {
    nullable: true,
    description:
      'HADAMARD, GATED, MLB, MFB, MUTAN: coordinates of the fused feature; 256 for MFB and MUTAN, 512 for the others when ' +
      'left out.',
  })
  width?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'MFB: products that are summed for each coordinate; 5 when left out.',
  })
  factors?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'MUTAN: rank of each slice of the core tensor; 5 when left out.',
  })
  rank?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "CROSS_ATTENTION: coordinates in a token, a divisor of the embeddings' dimension; 64 when left out.",
  })
  tokenWidth?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'CROSS_ATTENTION: a divisor of `tokenWidth`; 4 when left out.',
  })
  heads?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Every kind but IMAGE_ONLY and TEXT_ONLY: the part of the samples that lose photo or caption in a step of training, 0 ' +
      'when left out. Above 0 a learned vector stands in for what is missing: samples with only one of the two are used ' +
      'too, and the model takes photo only, caption only and both.',
  })
  modalityDropout?: number | null;
}

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

@InputType({
  description:
    'Learning rate 0.001 (SGD 0.1, LION 0.0003), weight decay 0 (ADAMW 0.01, LION 0.03) when left out. Weight decay is ' +
    'decoupled with ADAMW and LION, an L2 penalty with SGD and ADAM; it spares biases and norms.',
})
export class OptimizerInput {
  @Field(() => OptimizerKind)
  kind!: OptimizerKind;

  @Field(() => Float, { nullable: true })
  learningRate?: number | null;

  @Field(() => Float, { nullable: true })
  weightDecay?: number | null;

  @Field(() => Float, { nullable: true, description: 'SGD: 0.9 when left out.' })
  momentum?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'SGD: false when left out.' })
  nesterov?: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The most that the norm of all gradients together may be; 0, or left out: any.',
  })
  clipNorm?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Evaluates and keeps an average of the weights, in which every step counts this many times as much as the next: ' +
      '0.99 is about the last 100 steps. 0, or left out: the weights themselves.',
  })
  averageDecay?: number | null;

  @Field(() => Schedule, {
    nullable: true,
    description:
      'CONSTANT when left out. WARMUP_COSINE: in a straight line up over warmupEpochs, then along a cosine down to 0. ' +
      'STEP: times stepFactor every stepEpochs. ONE_CYCLE: along cosines from 1/25 up over 30 % of the run, then down to ' +
      '1/250000.',
  })
  schedule?: Schedule | null;

  @Field(() => Float, { nullable: true, description: 'WARMUP_COSINE: 1 when left out.' })
  warmupEpochs?: number | null;

  @Field(() => [Float], {
    nullable: true,
    description:
      'LBFGS: 1 to 100 L2 penalties, in their order; best from strong to weak. What is minimised is mean loss + ½ · penalty · ' +
      "‖W‖², on embeddings scaled to coordinates of about 1: scikit-learn's C is 1 ÷ (penalty × samples). 16 from 1 to 1e-5 " +
      'when left out.',
  })
  penalties?: number[] | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'LBFGS: how far above its least value the objective of a label may stay, as a share of it; 1e-5 when left out.',
  })
  tolerance?: number | null;

  @Field(() => Int, { nullable: true, description: 'STEP: 10 when left out.' })
  stepEpochs?: number | null;

  @Field(() => Float, { nullable: true, description: 'STEP: 0.1 when left out.' })
  stepFactor?: number | null;
}

@InputType()
export class EarlyStoppingInput {
  @Field(() => StopMetric)
  metric!: StopMetric;

  @Field(() => Int)
  patience!: number;
}

@InputType({
  description:
    'GLOBAL: the best micro-F1 of one threshold. PER_LABEL: the best F1 of each label. CROSS_VALIDATED: per label, the ' +
    'mean over 5 folds, near GLOBAL where positives are few. CARDINALITY: one threshold that predicts as many labels as ' +
    'VALIDATION has.',
})
export class ThresholdsInput {
  @Field(() => ThresholdKind)
  kind!: ThresholdKind;

  @Field(() => Float, { nullable: true, description: 'FIXED: 0.5 when left out.' })
  value?: number | null;
}

@InputType()
export class RunConfigInput {
  @Field(() => HeadInput, {
    nullable: true,
    description: 'MLP, one hidden layer of 512, GELU, dropout 0.2, no layer norm when left out.',
  })
  head?: HeadInput | null;

  @Field(() => FusionInput, { nullable: true, description: 'CONCAT when left out.' })
  fusion?: FusionInput | null;

  @Field(() => LossInput, {
    nullable: true,
    description: 'BCE when left out; the mean over samples and labels, samples or batches.',
  })
  loss?: LossInput | null;

  @Field(() => OptimizerInput, {
    nullable: true,
    description:
      'ADAMW, learning rate 0.001, weight decay 0.01 (not on biases and norms), CONSTANT when left out.',
  })
  optimizer?: OptimizerInput | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'The α of mixup: every step trains on its embeddings and labels mixed with those of other samples, in shares drawn ' +
      'from Beta(α, α). 0.2 mixes a little, 1 anything; 0, or left out: no mixing.',
  })
  mixup?: number | null;

  @Field(() => Int, { nullable: true, description: '30 when left out.' })
  epochs?: number | null;

  @Field(() => Int, { nullable: true, description: '256 when left out.' })
  batchSize?: number | null;

  @Field(() => EarlyStoppingInput, {
    nullable: true,
    description:
      'MEAN_AVERAGE_PRECISION with patience 5 when left out; null: all epochs, the best in mAP is kept. Without ' +
      'labelled validation samples the last epoch is kept and thresholds are FIXED 0.5.',
  })
  earlyStopping?: EarlyStoppingInput | null;

  @Field(() => ThresholdsInput, { nullable: true, description: 'PER_LABEL when left out.' })
  thresholds?: ThresholdsInput | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'One thread, and the same weights bit for bit on the same machine.',
  })
  deterministic?: boolean | null;
}
