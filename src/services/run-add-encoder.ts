import { mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { openAdditions, setAddedRevision, setLeftOut } from '../db/encoder-jobs.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { orDiskFull } from '../errors/disk-full.js';
import type { JobContext } from '../jobs/task.js';
import { describeEncoder } from '../ml/clip/describe-encoder.js';
import { removeCombined, splitTowers } from '../ml/clip/split-towers.js';
import { freeBytes, requireRoom } from './disk-room.js';
import { dropBrokenPrecisions } from './drop-broken-precisions.js';
import { folderSignature } from './encoder-folders.js';
import { megabytesOf } from './encoder-sizes.js';
import { SourceFileError } from './import-source.js';
import { type EncoderToAdd, openEncoderFolder } from './open-encoder-folder.js';
import { ProgressMeter } from './progress-meter.js';
import { replaceFolder, syncFolders } from './replace-folder.js';
import { requireRunning, type TryEncoder } from './require-running.js';

export interface RunAddEncoderDeps {
  importRoots: readonly string[];
  /** Encoders of this server: `<name>`, and `.adding/<job>-<attempt>` and `….old` for what is under way. */
  localRoot: string;
  tryEncoder: TryEncoder;
  /** Hears of files that cannot be used, and why; the encoder is added without them. */
  onLeftOut(encoderId: string, problem: string): void;
}

const REMEDY =
  'Correct what is wrong, or export the encoder anew (docs/recipes/add-an-encoder.md), and add the folder again.';

const PRECISION_REMEDY = 'Correct or remove it in the folder, and add the folder again.';

export interface EncoderAddition {
  /** `local/<name of the folder>` */
  encoderId: string;
  directory: string;
  /** What an earlier attempt was about to put in the encoder's place. */
  revision?: string | undefined;
}

/**
 * Copies an encoder's files, and no others, checks the copy and renames it: what was checked is what is used, whatever becomes
 * of the folder that it came from. A sound encoder in its place stays: it is this one, or the job ends with CONFLICT.
 */
export async function runAddEncoder(
  deps: RunAddEncoderDeps,
  { encoderId, directory, revision: announced }: EncoderAddition,
  context: JobContext,
): Promise<void> {
  const destination = path.join(deps.localRoot, path.basename(encoderId));
  const adding = path.join(deps.localRoot, '.adding');
  const copy = path.join(adding, `${context.jobId}-${context.attempt}`);
  const old = `${copy}.old`;
  await mkdir(adding, { recursive: true, mode: 0o700 });
  await removeLeftovers(adding, context);
  // An attempt got this far and no further; the folder that it copied may be gone.
  if (announced !== undefined && (await revisionAt(destination)) === announced) {
    return context.succeed(async () => {});
  }
  try {
    const folder = await openEncoderFolder(deps.importRoots, directory);
    if (`local/${folder.name}` !== encoderId) {
      throw conflict(`The folder to be added as ${encoderId} has become a link to ${folder.name}.`);
    }
    // Taken apart, a graph is there twice for a while.
    await requireRoom(freeBytes, adding, folder.totalBytes * (folder.isCombined ? 2 : 1));
    await copyFiles(folder, copy, context);
    await context.progress({ progress: 1, message: 'checking what was copied' });
    await splitTowers(copy, context.signal);
    await removeCombined(copy);
    const description = await describeEncoder(copy);
    await requireRunning(deps.tryEncoder, description, context, REMEDY);
    const leftOut = await dropBrokenPrecisions(description, (variant) =>
      requireRunning(deps.tryEncoder, variant, context, PRECISION_REMEDY),
    );
    await context.fenced((tx) => setLeftOut(tx, context.jobId, leftOut));
    for (const problem of leftOut) {
      deps.onLeftOut(encoderId, problem);
      await context.progress({ progress: 1, message: `left out: ${problem}` });
    }
    await syncFolders(copy);
    const { revision } = description;
    // Not within the transaction, which the database ends after 15 s of silence: gigabytes take longer to read.
    const before = await folderSignature(destination);
    const there = await revisionAt(destination);
    if (there === revision) return await context.succeed(async () => {});
    if (there !== undefined) {
      throw conflict(`Another encoder ${encoderId} has come since this one was asked for.`);
    }
    await context.fenced((tx) => setAddedRevision(tx, context.jobId, revision));
    await context.succeed(async () => {
      if ((await folderSignature(destination)) !== before) {
        throw conflict(`The folder of ${encoderId} was changed while this one was added.`);
      }
      await replaceFolder(copy, destination, old);
    });
  } catch (error) {
    throw orDiskFull(error);
  } finally {
    await rm(copy, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

function conflict(what: string): ClipwrightError {
  return new ClipwrightError('CONFLICT', `${what} Look at \`encoders\`, and ask again.`);
}

/** The revision of the encoder in a folder, if a sound one is there. */
async function revisionAt(directory: string): Promise<string | undefined> {
  try {
    return (await describeEncoder(directory)).revision;
  } catch (error) {
    if (error instanceof ClipwrightError) return undefined;
    throw error;
  }
}

/**
 * What killed attempts left, at this job or at one that has ended. An attempt that was only thought dead copies into its own
 * folder, for nobody.
 */
async function removeLeftovers(adding: string, context: JobContext): Promise<void> {
  // First the names: a job whose folder is there by now, and that is not open afterwards, has ended.
  const names = await readdir(adding);
  const open = await context.fenced((tx) => openAdditions(tx));
  const others = open.filter((id) => id !== context.jobId);
  for (const name of names) {
    if (others.some((id) => name.startsWith(id))) continue;
    await rm(path.join(adding, name), { recursive: true, force: true });
  }
}

async function copyFiles(folder: EncoderToAdd, to: string, context: JobContext): Promise<void> {
  const { source, files, totalBytes } = folder;
  const meter = new ProgressMeter(totalBytes);
  let done = 0;
  for (const { path: name, size } of files) {
    const target = path.join(to, name);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const file = await open(target, 'wx', 0o600);
    try {
      let copied = 0;
      for await (const chunk of source.stream(name)) {
        context.signal.throwIfAborted();
        copied += chunk.length;
        if (copied > size) throw new SourceFileError('the file grew while it was copied');
        await file.writeFile(chunk);
        done += chunk.length;
        meter.add(chunk.length);
        await context.progress({ ...meter.update(), message: megabytesOf(done, totalBytes) });
      }
      if (copied < size) throw new SourceFileError('the file shrank while it was copied');
      await file.sync();
    } catch (error) {
      if (!(error instanceof SourceFileError)) throw error;
      throw new ClipwrightError('ENCODER_FILE_INVALID', `${name}: ${error.message}`);
    } finally {
      await file.close();
    }
  }
}
