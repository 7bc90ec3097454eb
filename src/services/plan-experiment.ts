import { findSet, findSpace } from '../db/embeddings.queries.js';
import { doneManifests } from '../db/experiment-lifecycle.queries.js';
import { finishedPaces } from '../db/experiments.queries.js';
import {
  type CheckedExperiment,
  checkExperiment,
  type ExperimentDeps,
  type ExperimentInput,
} from './check-experiment.js';
import { estimateSeconds } from './estimate-seconds.js';
import { wantedRunsOf } from './wanted-runs.js';

export interface ExperimentPlan {
  numCells: number;
  numRuns: number;
  /** of them, those that some run has succeeded with: they are reused */
  numDone: number;
  /** of the others, one after the other; null where nothing is known; without the embedding */
  estimatedSeconds: number | null;
}

/** What `startExperiment` would do. Writes nothing. @throws what that throws for the same input */
export async function planExperiment(
  deps: ExperimentDeps,
  input: ExperimentInput,
): Promise<ExperimentPlan> {
  const checked = await checkExperiment(deps, input);
  const { cells, seeds, version } = checked;
  const setId = await findSetOf(deps, checked);
  const wanted = wantedRunsOf(cells, seeds, { versionId: version.id, setId: setId ?? '' });
  const manifests = wanted.map(({ manifest }) => manifest);
  const done = await doneManifests(deps.db, manifests);
  const left = wanted.filter(({ manifest }) => !done.has(manifest));
  const trainings = left.map(({ cell }) => ({
    head: cells[cell]!.head.kind,
    epochs: cells[cell]!.epochs,
  }));
  return {
    numCells: cells.length,
    numRuns: wanted.length,
    numDone: wanted.length - left.length,
    estimatedSeconds: estimateSeconds(trainings, version.sampleCount, await finishedPaces(deps.db)),
  };
}

async function findSetOf(
  { db }: ExperimentDeps,
  { version, encoder, precision }: CheckedExperiment,
): Promise<string | undefined> {
  const { revision, preprocessingHash: preprocessing } = encoder.description;
  const spaceId = await findSpace(db, {
    encoderId: encoder.id,
    revision,
    preprocessing,
    precision,
  });
  return spaceId && findSet(db, version.id, spaceId);
}
