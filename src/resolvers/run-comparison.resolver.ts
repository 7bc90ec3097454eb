import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Requires } from '../schema/requires.js';
import { type MetricDifference, RunComparison } from '../schema/run-comparison.type.js';
import type { RunComparison as ComparedRuns } from '../services/compare-runs.js';
import type { Context } from './context.js';
import { flippedSamples } from './flipped-samples.js';
import { required } from './required.js';

@Resolver()
export class RunComparisonResolver {
  @Requires('VIEWER')
  @Query(() => RunComparison, {
    nullable: true,
    description:
      'Of two runs on one dataset version that have SUCCEEDED. Null where no TEST sample that both have scored carries a label, and ' +
      'where there are more than 20 million scores. Takes seconds when it is asked for first.',
  })
  async compareRuns(
    @Ctx() context: Context,
    @Arg('a', () => ID) a: string,
    @Arg('b', () => ID) b: string,
  ): Promise<RunComparison | null> {
    const found = await context.services.compareRuns(a, b);
    if (!found) return null;
    const { versionId, labels, flips, mean, f1s, ...interval } = found;
    const version = required(
      await context.loaders.version.load(versionId),
      'version of these runs',
    );
    return {
      ...interval,
      difference: mean,
      microF1: shown(f1s.microF1),
      macroF1: shown(f1s.macroF1),
      samplesF1: shown(f1s.samplesF1),
      labels: labels.map((each, index) => ({ ...each, label: version.labels[index]! })),
      gained: flips.gained,
      lost: flips.lost,
      numDiffering: flips.numSamples,
      samples: await flippedSamples(context, version, flips.samples),
    };
  }
}

function shown({ mean, low, high, pValue }: ComparedRuns['f1s']['microF1']): MetricDifference {
  return { difference: mean, low, high, pValue };
}
