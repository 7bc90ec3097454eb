import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Rng } from '../../../src/ml/data/rng.js';
import { ServerProcess } from '../../support/server-process.js';
import { type EndState, endState, missingFromServer, type Phase, travel } from './journey.js';
import { Ledger } from './ledger.js';
import { type LiveProcess, processTree } from './process-tree.js';

export interface Reference {
  end: EndState;
  phaseMs: Record<Phase, number>;
}

interface Place {
  work: string;
  folder: string;
  /** compiled program to run instead of this checkout's */
  program?: string;
}

export async function undisturbed(place: Place): Promise<Reference> {
  const data = path.join(place.work, 'undisturbed');
  const server = await ServerProcess.start(serverOptions(place, data));
  const ledger = new Ledger(path.join(place.work, 'undisturbed.ledger'));
  const starts: [Phase, number][] = [];
  try {
    const client = await server.client();
    const end = await travel({
      folder: path.basename(place.folder),
      ledger,
      connect: async () => client,
      onPhase: (phase) => starts.push([phase, performance.now()]),
      onLife: () => {},
    });
    const over = performance.now();
    const phaseMs = Object.fromEntries(
      starts.map(([phase, at], index) => [
        phase,
        Math.round((starts[index + 1]?.[1] ?? over) - at),
      ]),
    ) as Record<Phase, number>;
    return { end, phaseMs };
  } finally {
    ledger.close();
    await server.stop();
    await rm(data, { recursive: true, force: true });
  }
}

export interface TrialOptions extends Place {
  number: number;
  phase: Phase;
  /** where in the phase to kill, 0 to 1 of its undisturbed length */
  moment: number;
  /** draws the process: its kind first, as there are many PostgreSQL backends and one server */
  pick: Rng;
  reference: Reference;
}

export interface Outcome {
  process: string;
  momentMs: number;
  /** from the kill to the next thing that the server acknowledged */
  recoveryMs: number;
  problems: string[];
}

/** The phase was over before its moment came: nothing was killed, and the trial is to be drawn again. */
export class MissedPhase extends Error {}

export async function runTrial(options: TrialOptions): Promise<Outcome> {
  const data = path.join(options.work, `trial-${options.number}`);
  const ledgerPath = path.join(options.work, `trial-${options.number}.ledger`);
  // A draw that missed its phase has promises of another server in it.
  await rm(ledgerPath, { force: true });
  const ledger = new Ledger(ledgerPath);
  const momentMs = Math.round(options.moment * options.reference.phaseMs[options.phase]);
  let server = await ServerProcess.start(serverOptions(options, data));
  let restarting: Promise<void> | undefined;
  let killed: { name: string; at: number } | undefined;
  let recoveredAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const problems: string[] = [];

  const kill = () => {
    const victim = draw(processTree(server.child.pid!), options.pick);
    try {
      process.kill(victim.pid, 'SIGKILL');
    } catch {
      // It ended between the look and the kill: another one, then.
      kill();
      return;
    }
    killed = { name: victim.name, at: performance.now() };
    if (victim.pid === server.child.pid) restarting = restart();
  };
  const restart = async () => {
    await server.exited;
    server = await ServerProcess.start(serverOptions(options, data));
  };

  try {
    const end = await travel({
      folder: path.basename(options.folder),
      ledger,
      connect: async () => {
        await restarting;
        return server.client();
      },
      onPhase: (phase) => {
        if (phase === options.phase) timer = setTimeout(kill, momentMs);
        else if (timer && !killed) throw new MissedPhase();
      },
      onLife: () => {
        if (killed) recoveredAt ??= performance.now();
      },
    });
    if (!killed) throw new MissedPhase();
    differences(options.reference.end, end, problems);
    await server.stop();
    server = await ServerProcess.start(serverOptions(options, data));
    const client = await server.client();
    differences(options.reference.end, await endState(client), problems);
    recoveredAt ??= performance.now();
    problems.push(...(await missingFromServer(client, ledger)));
  } catch (error) {
    if (error instanceof MissedPhase) throw error;
    problems.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    problems.push(...server.output.slice(-15).map((line) => `server: ${line.slice(0, 400)}`));
  } finally {
    clearTimeout(timer);
    ledger.close();
    await restarting?.catch(() => {});
    await server.stop();
    await rm(data, { recursive: true, force: true });
  }
  return {
    process: killed?.name ?? 'nothing',
    momentMs,
    recoveryMs: Math.round((recoveredAt ?? Number.NaN) - (killed?.at ?? Number.NaN)),
    problems,
  };
}

function draw(living: readonly LiveProcess[], rng: Rng): LiveProcess {
  const kinds = [...new Set(living.map(({ name }) => name))].sort();
  const kind = kinds[rng.below(kinds.length)]!;
  const candidates = living.filter(({ name }) => name === kind);
  return candidates[rng.below(candidates.length)]!;
}

export function serverOptions(place: Place, data: string) {
  return {
    data,
    importRoot: path.dirname(place.folder),
    ...(place.program && { program: place.program }),
  };
}

function differences(expected: EndState, actual: EndState, problems: string[]): void {
  for (const key of Object.keys(expected) as (keyof EndState)[]) {
    if (!isDeepStrictEqual(expected[key], actual[key])) {
      problems.push(
        `${key} differs: expected ${JSON.stringify(expected[key]).slice(0, 200)} but received ${JSON.stringify(actual[key]).slice(0, 200)}`,
      );
    }
  }
}
