import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { EmbeddingSet } from '../schema/embedding-set.type.js';
import { CellRun, ExperimentCell } from '../schema/experiment.type.js';
import { Run } from '../schema/run.type.js';
import type { Context } from './context.js';
import { runObject } from './run-objects.js';
import { setOf } from './set-of.js';

@Resolver(() => ExperimentCell)
export class ExperimentCellResolver {
  @FieldResolver(() => [CellRun], { description: 'One for each seed and fold.' })
  runs(@Ctx() { loaders }: Context, @Root() cell: ExperimentCell): Promise<CellRun[]> {
    return loaders.runsOfCell.load(`${cell.experimentId}:${cell.number}`);
  }

  @FieldResolver(() => EmbeddingSet, { description: "Of the cell's encoder." })
  embeddingSet(@Ctx() { loaders }: Context, @Root() cell: ExperimentCell): Promise<EmbeddingSet> {
    return setOf(loaders, cell.setId);
  }
}

@Resolver(() => CellRun)
export class CellRunResolver {
  @FieldResolver(() => Run, { nullable: true, description: 'Null until its turn has come.' })
  async run(@Ctx() { loaders }: Context, @Root() { runId }: CellRun): Promise<Run | null> {
    const row = runId && (await loaders.run.load(runId));
    return row ? runObject(row) : null;
  }
}
