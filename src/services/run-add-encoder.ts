import { mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { orDiskFull } from '../errors/disk-full.js';
import type { JobContext } from '../jobs/task.js';
import { describeEncoder } from '../ml/clip/describe-encoder.js';
import { type EncoderToAdd, openEncoderFolder } from './add-encoder.js';
import { freeBytes, megabytesOf, requireRoom } from './encoder-room.js';
import { SourceFileError } from './import-source.js';
import { ProgressMeter } from './progress-meter.js';
import { replaceFolder, syncFolders } from './replace-folder.js';

export interface RunAddEncoderDeps {
  importRoots: readonly string[];
  /** Encoders of this server: `<name>`, and `.adding/<job>-<attempt>` for what is under way. */
  localRoot: string;
}

/**
 * Copies an encoder's files, and no others, checks the copy and renames it: what was checked is what is used, whatever becomes
 * of the folder that it came from.
 */
export async function runAddEncoder(
  deps: RunAddEncoderDeps,
  directory: string,
  context: JobContext,
): Promise<void> {
  const adding = path.join(deps.localRoot, '.adding');
  const copy = path.join(adding, `${context.jobId}-${context.attempt}`);
  await mkdir(adding, { recursive: true, mode: 0o700 });
  await removeEarlier(adding, context.jobId);
  try {
    const folder = await openEncoderFolder(deps.importRoots, directory);
    await requireRoom(freeBytes, adding, folder.totalBytes);
    await copyFiles(folder, copy, context);
    await context.progress({ progress: 1, message: 'checking what was copied' });
    await describeEncoder(copy);
    await context.fenced(() => replaceFolder(copy, path.join(deps.localRoot, folder.name)));
  } catch (error) {
    throw orDiskFull(error);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
  await context.succeed(async () => {});
}

/** What attempts left that were killed; one that was only thought dead copies into its own folder, for nobody. */
async function removeEarlier(adding: string, jobId: string): Promise<void> {
  for (const name of await readdir(adding)) {
    if (name.startsWith(jobId)) await rm(path.join(adding, name), { recursive: true, force: true });
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
      await file.sync();
    } catch (error) {
      if (!(error instanceof SourceFileError)) throw error;
      throw new ClipwrightError('ENCODER_FILE_INVALID', `${name}: ${error.message}`);
    } finally {
      await file.close();
    }
  }
  await syncFolders(to);
}
