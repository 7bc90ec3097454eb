import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeScenes } from '../../../src/demo/write-scenes.js';
import { Rng } from '../../../src/ml/data/rng.js';
import { PHASES, type Phase } from './journey.js';
import { plantFault } from './planted-fault.js';
import { MissedPhase, type Outcome, runTrial, undisturbed } from './trial.js';

/*
 * Kill trials: an undisturbed journey records its end state; then each trial draws, from a printed seed, a moment within
 * a phase and a process of the live tree, PostgreSQL included, and kills it with SIGKILL. A trial passes only if, after a
 * restart, the end state equals the undisturbed one and nothing in the client's synced ledger is missing.
 *
 * The phases take turns, so that 20 trials hit each five times.
 *
 *   npx tsx test/e2e/kill-trials/main.ts [--trials 20] [--seed N] [--folder directory] [--skip-planted]
 */
const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    folder: { type: 'string' },
    'skip-planted': { type: 'boolean', default: false },
  },
});
const trials = Number(values.trials);
const seed = Number(values.seed);
const work = await mkdtemp(path.join(tmpdir(), 'clipwright-kill-'));

/** Draws again while the moment comes after the phase has ended: every trial kills within its phase. */
async function hit(trial: () => Promise<Outcome>): Promise<Outcome> {
  for (let draws = 1; ; draws++) {
    try {
      return await trial();
    } catch (error) {
      if (!(error instanceof MissedPhase) || draws === 10) throw error;
    }
  }
}

let passed = 0;
let failed = 0;
try {
  let folder = values.folder && path.resolve(values.folder);
  if (!folder) {
    folder = path.join(work, 'import', 'scenes');
    await writeScenes(folder, { count: 300, seed: 31 });
  }
  console.log(`seed ${seed}, ${trials} trials on ${folder}`);
  const reference = await undisturbed({ work, folder });
  console.log(
    `undisturbed: digest ${reference.end.digest.slice(0, 12)}, model ${reference.end.modelSha256.slice(0, 12)}, ` +
      `${reference.end.epochs.length} epochs, phases ${JSON.stringify(reference.phaseMs)} ms`,
  );
  const rng = Rng.fromSeed(seed);
  for (let number = 1; number <= trials; number++) {
    const phase = PHASES[(number - 1) % PHASES.length] as Phase;
    const outcome = await hit(() =>
      runTrial({ work, folder, number, phase, moment: rng.uniform(), pick: rng, reference }),
    );
    console.log(
      `trial ${number}: ${phase} + ${outcome.momentMs} ms, killed ${outcome.process}, ` +
        `recovery ${outcome.recoveryMs} ms, ${outcome.problems.length === 0 ? 'passed' : 'FAILED'}`,
    );
    for (const problem of outcome.problems) console.log(`  ${problem}`);
    if (outcome.problems.length === 0) passed++;
    else failed++;
  }
  if (!values['skip-planted']) {
    const caught = await plantFault({ work, folder, reference });
    console.log(
      `planted fault (completion written before the artifact): ${caught ? `caught: ${caught}` : 'NOT CAUGHT'}`,
    );
    if (caught) passed++;
    else failed++;
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
console.log(`kill-trials: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
