import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ExperimentReport } from '../schema/experiment-report.type.js';
import { CellFlips, ReportLabel } from '../schema/report-labels.type.js';
import type { CellsReport } from '../services/report-labels.js';
import type { Context } from './context.js';
import { flippedSamples } from './flipped-samples.js';
import { required } from './required.js';

@Resolver(() => ExperimentReport)
export class CellLabelsResolver {
  @FieldResolver(() => [ReportLabel], {
    nullable: true,
    description:
      'One per label, in order; null where no cell is complete, where TEST has no positive, and where there are more than ' +
      '20 million scores.',
  })
  async labels(
    @Ctx() context: Context,
    @Root() report: ExperimentReport,
  ): Promise<ReportLabel[] | null> {
    const { version, found } = await reportLabels(context, report);
    if (!found) return null;
    return found.labels.map(({ captionMatch, ...each }, index) => {
      const label = version.labels[index]!;
      return { ...each, label, captionMatch: { ...captionMatch, label } };
    });
  }

  @FieldResolver(() => CellFlips, {
    nullable: true,
    description: 'Of bestFused against bestSingle; null as `labels`, and where one is missing.',
  })
  async flips(
    @Ctx() context: Context,
    @Root() report: ExperimentReport,
  ): Promise<CellFlips | null> {
    const { version, found } = await reportLabels(context, report);
    if (!found?.flips) return null;
    const { samples, ...counts } = found.flips;
    return { ...counts, samples: await flippedSamples(context, version, samples) };
  }
}

async function reportLabels(
  { loaders, services }: Context,
  { bestRuns, bestSingle, bestImageOnly, versionId }: ExperimentReport,
) {
  const version = required(await loaders.version.load(versionId), 'version of this experiment');
  const single = bestSingle && (bestSingle === bestImageOnly ? 'imageOnly' : 'textOnly');
  const found: CellsReport | null = await services.reportLabels({ version, ...bestRuns, single });
  return { version, found };
}
