import { Field, Float, InputType, Int } from 'type-graphql';
import { OptimizerKind, Schedule } from './training.enums.js';

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
      '1/250000. An option of another schedule is refused, unless it has the value that it has when left out.',
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
