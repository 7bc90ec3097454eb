import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { type ReportRow, reportRows } from '../db/experiments.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { EmbeddingSet } from '../schema/embedding-set.type.js';
import { Experiment } from '../schema/experiment.type.js';
import {
  AxisEffect,
  CellComparison,
  CellReport,
  ExperimentReport,
} from '../schema/experiment-report.type.js';
import type { Context } from './context.js';
import { reportObject } from './experiment-report-object.js';
import { groupInOrder } from './loaders.js';
import { setOf } from './set-of.js';

/** A report reads every run of its experiment. */
const MAX_REPORTS = 10;

@Resolver(() => Experiment)
export class ExperimentReportResolver {
  @FieldResolver(() => ExperimentReport, {
    description: `Of at most ${MAX_REPORTS} experiments at a time.`,
  })
  async report(
    @Ctx() { db, loaders }: Context,
    @Root() experiment: Experiment,
  ): Promise<ExperimentReport> {
    const rows = await loaders
      .keyed<ReportRow[]>('experimentReport', async (ids) => {
        if (ids.length > MAX_REPORTS) {
          throw badUserInput(
            `expected \`report\` of at most ${MAX_REPORTS} experiments but received ${ids.length}`,
          );
        }
        return groupInOrder(ids, await reportRows(db, ids), (row) => row.experimentId);
      })
      .load(experiment.id);
    return reportObject(rows, experiment);
  }
}

@Resolver(() => CellReport)
export class CellReportResolver {
  @FieldResolver(() => EmbeddingSet, { description: "Of the cell's encoder." })
  embeddingSet(@Ctx() { loaders }: Context, @Root() cell: CellReport): Promise<EmbeddingSet> {
    return setOf(loaders, cell.setId);
  }
}

@Resolver(() => AxisEffect)
export class AxisEffectResolver {
  @FieldResolver(() => EmbeddingSet, { nullable: true })
  async embeddingSet(
    @Ctx() { loaders }: Context,
    @Root() { setId }: AxisEffect,
  ): Promise<EmbeddingSet | null> {
    return setId === null ? null : setOf(loaders, setId);
  }
}

@Resolver(() => ExperimentReport)
export class CellComparisonResolver {
  @FieldResolver(() => CellComparison, {
    nullable: true,
    description:
      'Of bestFused with bestSingle; null where one of them is missing, where TEST has no positive, and where there are ' +
      'more than 20 million scores. Takes seconds when it is asked for first.',
  })
  async comparison(
    @Ctx() { services }: Context,
    @Root() { bestFused, bestSingle, fusedScores, singleScores, versionId }: ExperimentReport,
  ): Promise<CellComparison | null> {
    if (!bestFused || !bestSingle) return null;
    const found = await services.compareCells({ versionId, a: fusedScores, b: singleScores });
    return found && { ...found, difference: found.mean };
  }
}
