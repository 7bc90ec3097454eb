/** A plan has to be faster than the first one in every round, and so much faster in the median: luck is no reason. */
const WORTH = 1.05;
const ROUNDS = 5;
/** Fewer say nothing on a machine that does something else meanwhile. */
export const LEAST_ROUNDS = 3;

export interface MeasuredPlan<Plan> {
  readonly plan: Plan;
  readonly imagesPerSecond: number;
}

/**
 * Finds the fastest of some plans, which take turns: what else runs then slows all of them, and medians of the rounds'
 * ratios to the first plan leave it out.
 * @param run milliseconds an image by this plan
 * @param until nothing is run any more when this says so
 * @returns null where it said so before enough was seen
 */
export async function measurePlans<Plan>(
  plans: readonly Plan[],
  run: (plan: Plan) => Promise<number>,
  until: () => boolean,
): Promise<MeasuredPlan<Plan> | null> {
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const times: number[] = [];
    for (const plan of plans) {
      if (until()) return bestOf(plans, rounds);
      times.push(await run(plan));
    }
    rounds.push(times);
  }
  return bestOf(plans, rounds);
}

function bestOf<Plan>(
  plans: readonly Plan[],
  rounds: readonly number[][],
): MeasuredPlan<Plan> | null {
  if (rounds.length < LEAST_ROUNDS) return null;
  const gains = plans.map((_, i) => {
    const ratios = rounds.map((times) => times[0]! / times[i]!);
    return Math.min(...ratios) > 1 ? median(ratios) : 1;
  });
  const most = Math.max(...gains);
  const best = most >= WORTH ? gains.indexOf(most) : 0;
  return {
    plan: plans[best]!,
    imagesPerSecond: 1000 / median(rounds.map((times) => times[best]!)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
