import type { Database } from '../db/database.js';
import { versionSize } from '../db/datasets.queries.js';
import {
  appendExperimentEvent,
  insertWantedRuns,
  setExperimentAxes,
  type WantedRun,
  wantedRuns,
} from '../db/experiment-lifecycle.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { fillRunConfig } from '../ml/train/run-config.js';
import { counted } from './advance-experiments.js';
import { checkCells } from './check-experiment.js';
import { reopen, requireExperiment } from './control-experiment.js';
import { type EncoderSource, requireEncoder } from './encoder-source.js';
import {
  AXIS_NAMES,
  type AxesInput,
  cellsOf,
  checkRunCount,
  checkSeeds,
  extendAxes,
  readAxes,
} from './experiment-axes.js';
import { canonicalJson, runManifest } from './run-manifest.js';

export interface ExtendExperimentInput extends AxesInput {
  id: string;
  seeds?: readonly number[] | null;
}

/** Adds values to axes, or seeds; what is new in the matrix is run. Cells keep their numbers. */
export async function extendExperiment(
  deps: { db: Database; encoders: EncoderSource; limits: { trainingBytes: number } },
  input: ExtendExperimentInput,
): Promise<string> {
  const { encoderId, versionId } = await requireExperiment(deps.db, input.id);
  const encoder = await requireEncoder(deps.encoders, encoderId);
  const version = (await versionSize(deps.db, versionId))!;
  if ([...AXIS_NAMES, 'seeds' as const].every((name) => !input[name]?.length)) {
    const names = AXIS_NAMES.map((axis) => `\`${axis}\``).join(', ');
    throw badUserInput(`expected values for ${names} or \`seeds\` but received none`);
  }
  return reopen(deps.db, input.id, async (tx, experiment) => {
    if (experiment.status === 'CANCELLED') {
      throw new ClipwrightError('CONFLICT', 'The experiment is CANCELLED: resume it first.');
    }
    const base = fillRunConfig(experiment.config);
    const known = readAxes(experiment.axes, base);
    const seeds = checkSeeds([...experiment.seeds, ...(input.seeds ?? [])]);
    checkRunCount(input, seeds.length, known);
    const axes = extendAxes(known, base, input);
    const cells = cellsOf(base, axes);
    await checkCells({ ...deps, db: tx }, cells, version, encoder);

    const before = await wantedRuns(tx, experiment.id);
    const numbers = new Map(
      before.map(({ cell, config }) => [canonicalJson(fillRunConfig(config)), cell]),
    );
    const there = new Set(before.map(({ cell, seed }) => `${cell}:${seed}`));
    const more: WantedRun[] = [];
    for (const seed of seeds) {
      for (const config of cells) {
        const key = canonicalJson(config);
        const cell = numbers.get(key) ?? numbers.size;
        numbers.set(key, cell);
        if (there.has(`${cell}:${seed}`)) continue;
        const position = before.length + more.length;
        const manifest = runManifest({ ...experiment, config, seed });
        more.push({ position, cell, seed, config, manifest });
      }
    }
    await insertWantedRuns(tx, experiment.id, more);
    await setExperimentAxes(tx, experiment.id, axes, seeds);
    await appendExperimentEvent(tx, experiment.id, {
      ...(experiment.status !== 'PAUSED' && { status: 'RUNNING' }),
      message: `${counted(more.length, 'run')} more`,
    });
  });
}
