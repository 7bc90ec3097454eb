import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { CellRun, ExperimentCell } from '../schema/experiment.type.js';
import { Run } from '../schema/run.type.js';
import type { Context } from './context.js';
import { runObject } from './run-objects.js';

@Resolver(() => ExperimentCell)
export class ExperimentCellResolver {
  @FieldResolver(() => [CellRun], { description: 'One for each seed and fold.' })
  runs(@Ctx() { loaders }: Context, @Root() cell: ExperimentCell): Promise<CellRun[]> {
    return loaders.runsOfCell.load(`${cell.experimentId}:${cell.number}`);
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
