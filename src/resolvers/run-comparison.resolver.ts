import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { badUserInput } from '../errors/bad-user-input.js';
import { Requires } from '../schema/requires.js';
import { type MetricDifference, RunComparison } from '../schema/run-comparison.type.js';
import { Split } from '../schema/split.enum.js';
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
      'Of two runs on one dataset version that have SUCCEEDED. Null where no sample of the split that both have scored carries a label, and ' +
      'where there are more than 20 million scores. Takes seconds when it is asked for first.',
  })
  async compareRuns(
    @Ctx() context: Context,
    @Arg('a', () => ID) a: string,
    @Arg('b', () => ID) b: string,
    @Arg('split', () => Split, {
      nullable: true,
      defaultValue: 'TEST',
      description:
        'TEST or VALIDATION. Thresholds and the epoch are chosen on VALIDATION, which flatters both there; but whoever chooses a run by ' +
        'its TEST figures has no unseen samples left to report on.',
    })
    split?: Split | null,
  ): Promise<RunComparison | null> {
    const wanted = split ?? 'TEST';
    if (wanted === 'TRAIN') {
      throw badUserInput('expected VALIDATION or TEST for `split` but received TRAIN');
    }
    const found = await context.services.compareRuns(a, b, wanted);
    if (!found) return null;
    const { versionId, labels, flips, f1s, level, resamples, numSamples } = found;
    const version = required(
      await context.loaders.version.load(versionId),
      'version of these runs',
    );
    return {
      level,
      resamples,
      numSamples,
      meanAveragePrecision: shown(found),
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
