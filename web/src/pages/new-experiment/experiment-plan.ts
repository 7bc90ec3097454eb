import { count, countOf } from '../../parts/format.ts';
import { type Plan, timeOf } from '../../parts/plan-note.tsx';

/** What would be trained, and for how long, before anything is. */
export function sayPlan(plan: Plan): string {
  const runs = `${countOf(plan.numCells, 'cell')}, ${countOf(plan.numRuns, 'run')}`;
  const most = plan.maxRuns > plan.numRuns ? ` (at most ${count(plan.maxRuns)})` : '';
  const done = `, of which ${count(plan.numDone)} are there already`;
  const epochs = `; at most ${countOf(plan.numEpochs, 'epoch')}. ${timeOf(plan, 'one after the other')}`;
  const rungs = plan.rungs.map(
    (rung) => `${countOf(rung.numCells, 'cell')} for ${countOf(rung.epochs, 'epoch')}`,
  );
  return `${runs}${most}${done}${epochs}${rungs.length > 0 ? ` Rungs: ${rungs.join(', ')}.` : ''}`;
}
