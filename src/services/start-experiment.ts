import {
  appendExperimentEvent,
  insertExperiment,
  insertExperimentSets,
} from '../db/experiment-lifecycle.queries.js';
import { insertWantedRuns } from '../db/wanted-runs.queries.js';
import { advanceExperiment, counted } from './advance-experiments.js';
import { checkExperiment, type ExperimentDeps, type ExperimentInput } from './check-experiment.js';
import { ensureSets } from './experiment-encoders.js';
import { wantedRunsOf } from './wanted-runs.js';

/** Writes the experiment with all the runs that it wants, and starts on the first of them. @returns its id */
export async function startExperiment(
  deps: ExperimentDeps,
  input: ExperimentInput,
): Promise<string> {
  const checked = await checkExperiment(deps, input);
  const { name, version, encoders, base, axes, search, seeds, folds, cells } = checked;
  return deps.db.transaction(async (tx) => {
    const sets = await ensureSets(tx, version.id, { known: [], encoders });
    const place = { versionId: version.id, setIds: sets.map(({ setId }) => setId) };
    const id = await insertExperiment(tx, {
      versionId: version.id,
      name,
      config: base,
      axes,
      search,
      seeds,
      folds,
    });
    await insertExperimentSets(tx, id, place.setIds);
    const wanted = wantedRunsOf(checked, place);
    await insertWantedRuns(tx, id, wanted);
    const wait = sets.every(({ complete }) => complete) ? '' : '; waiting for the embeddings';
    const message = `${counted(cells.length, 'cell')}, ${counted(wanted.length, 'run')}${wait}`;
    await appendExperimentEvent(tx, id, { status: 'RUNNING', message });
    await advanceExperiment(tx, id);
    return id;
  });
}
