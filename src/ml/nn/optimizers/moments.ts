import { add, div, mul, sqrt } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import type { Update } from './optimizer.js';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export const MOMENT_SLOTS = ['firstMoment', 'secondMoment'] as const;
export const MOMENT_SCALARS = ['stepSize', 'epsilon'] as const;
type MomentSlots = (typeof MOMENT_SLOTS)[number];
type MomentScalars = (typeof MOMENT_SCALARS)[number];

/** `step` from 1 */
export function momentScalars(step: number, learningRate: number): Record<MomentScalars, number> {
  const first = (1 - BETA1) / (1 - BETA1 ** step);
  const second = Math.sqrt((1 - BETA2) / (1 - BETA2 ** step));
  return { stepSize: (learningRate * first) / second, epsilon: EPSILON / second };
}

/**
 * The step of Adam and AdamW, η·m̂/(√v̂ + ε) (Kingma and Ba 2015, 1412.6980, algorithm 1), with its running means m and v
 * of the gradient and its square: what is to be taken off the
 * parameter, and the slots after the step.
 *
 * The means are kept as plain weighted sums, M = m/(1 − β₁) and V = v/(1 − β₂), and every constant factor goes into the
 * two scalars of the step: that saves four passes over the parameters.
 */
export function momentStep(
  gradient: Node,
  { slots, scalars }: Pick<Update<MomentSlots, MomentScalars>, 'slots' | 'scalars'>,
): { step: Node; slots: Record<MomentSlots, Node> } {
  const firstMoment = add(mul(slots.firstMoment, BETA1), gradient);
  const secondMoment = add(mul(slots.secondMoment, BETA2), mul(gradient, gradient));
  const direction = div(firstMoment, add(sqrt(secondMoment), scalars.epsilon));
  return { step: mul(direction, scalars.stepSize), slots: { firstMoment, secondMoment } };
}
