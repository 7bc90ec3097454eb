import { finishedPaces } from '../db/experiments.queries.js';
import { doneManifests } from '../db/wanted-runs.queries.js';
import type { RunConfig } from '../ml/train/run-config.js';
import { checkExperiment, type ExperimentDeps, type ExperimentInput } from './check-experiment.js';
import { estimateSeconds } from './estimate-seconds.js';
import { repeatsOf } from './experiment-folds.js';
import { type PlannedSet, planSet } from './plan-set.js';
import type { PlannedRung } from './rungs.js';
import { searchSize } from './search-size.js';
import { wantedRunsOf } from './wanted-runs.js';

export interface ExperimentPlan {
  numCells: number;
  /** in successive halving where no cell that goes up is overtaken later */
  numRuns: number;
  /** in successive halving where every cell is better than those before it; with the budget */
  maxRuns: number;
  /** of `numRuns`; early stopping may need fewer */
  numEpochs: number;
  maxEpochs: number;
  /** of successive halving; otherwise none */
  rungs: PlannedRung[];
  /** photos and captions that an encoder embeds before anything is trained, over all encoders */
  numToEmbed: number;
  /** of the runs, those that some run has succeeded with: they are reused */
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
  const { cells, version, search } = checked;
  const numRepeats = repeatsOf(checked).length;
  const configs = cells.map(({ config }) => config);
  const sets: PlannedSet[] = [];
  for (const encoder of checked.encoders) sets.push(await planSet(deps.db, version, encoder));
  const wanted = wantedRunsOf(checked, {
    versionId: version.id,
    setIds: sets.map(({ id }) => id),
  });
  const manifests = wanted.map(({ manifest }) => manifest);
  const done = await doneManifests(deps.db, manifests);
  const size = searchSize(configs, numRepeats, search);
  const left = wanted.filter(({ manifest }) => !done.has(manifest));
  const trainings = left.map(({ cell }) => trainingOf(configs[cell]!, configs[cell]!.epochs));
  for (const { epochs, numCells } of size.rungs.slice(1)) {
    // Nobody knows which cells go up: each of them with the same chance.
    const share = (numCells / cells.length) * numRepeats;
    trainings.push(...configs.map((config) => trainingOf(config, epochs * share)));
  }
  const epochs = trainings.reduce((sum, training) => sum + training.epochs, 0);
  const seconds = estimateSeconds(trainings, version.sampleCount, await finishedPaces(deps.db));
  return {
    ...size,
    numCells: cells.length,
    numToEmbed: sets.reduce((sum, { numToEmbed }) => sum + numToEmbed, 0),
    numDone: wanted.length - left.length,
    estimatedSeconds: seconds && seconds * Math.min(1, size.numEpochs / epochs),
  };
}

const trainingOf = ({ head }: RunConfig, epochs: number) => ({ head: head.kind, epochs });
