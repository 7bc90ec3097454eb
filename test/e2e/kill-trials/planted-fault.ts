import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ServerProcess } from '../../support/server-process.js';
import { travel } from './journey.js';
import { Ledger } from './ledger.js';
import { processTree } from './process-tree.js';
import { type Reference, serverOptions } from './trial.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const ARTIFACT_FIRST = 'const headSha256 = await deps.blobs.put(result.head);';
const COMPLETION_FIRST = `
    const headSha256 = (await import('node:crypto')).createHash('sha256').update(result.head).digest('hex');
    setTimeout(() => void deps.blobs.put(result.head), 3000);`;

/**
 * A copy of the program in which a run's completion is written before its artifact. The worker is killed as soon as the
 * run has ended; the trial must then find the model missing.
 * @returns what gave the fault away, or undefined where the trial let it pass
 */
export async function plantFault(place: {
  work: string;
  folder: string;
  reference: Reference;
}): Promise<string | undefined> {
  const program = await plant();
  const data = path.join(place.work, 'planted');
  const ledger = new Ledger(path.join(place.work, 'planted.ledger'));
  const server = await ServerProcess.start({ ...serverOptions(place, data), program });
  try {
    const { child } = server;
    const client = await server.client();
    let trained = false;
    const failure = await travel({
      folder: path.basename(place.folder),
      ledger,
      connect: async () => client,
      onPhase: (phase) => {
        if (phase !== 'registration') return;
        trained = true;
        for (const { pid, name } of processTree(child.pid!)) {
          if (name === 'worker') process.kill(pid, 'SIGKILL');
        }
      },
      onLife: () => {},
    }).then(
      () => undefined,
      (error: Error) => error,
    );
    // Caught only by what the fault does: the run counts as done, and its model is not there.
    const { modelSha256 } = place.reference.end;
    const model = path.join(data, 'blobs', modelSha256.slice(0, 2), modelSha256);
    if (!trained || !failure || existsSync(model)) return undefined;
    return `the run has SUCCEEDED without its model: ${failure.message.slice(0, 120)}`;
  } finally {
    ledger.close();
    await server.stop();
    await rm(path.dirname(program), { recursive: true, force: true });
    await rm(data, { recursive: true, force: true });
  }
}

/** @returns the copy's main.js. It lies beside dist/, where it finds node_modules and models/ as the original does. */
async function plant(): Promise<string> {
  const copy = path.join(ROOT, 'dist-planted');
  await rm(copy, { recursive: true, force: true });
  await cp(path.join(ROOT, 'dist'), copy, { recursive: true });
  const file = path.join(copy, 'services/train-run.js');
  const source = await readFile(file, 'utf8');
  if (source.split(ARTIFACT_FIRST).length !== 2) {
    throw new Error(`the fault cannot be planted: ${file} no longer writes the head in one place`);
  }
  await writeFile(file, source.replace(ARTIFACT_FIRST, COMPLETION_FIRST));
  return path.join(copy, 'main.js');
}
