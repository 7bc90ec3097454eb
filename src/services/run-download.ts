import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { Catalogue, CataloguedEncoder } from '../hub/catalogue.js';
import { downloadFile } from '../hub/download-file.js';
import type { HubClient } from '../hub/hub-client.js';
import type { HubFile } from '../hub/hub-file.js';
import { listFiles } from '../hub/list-files.js';
import type { JobContext } from '../jobs/task.js';
import { describeEncoder } from '../ml/clip/describe-encoder.js';
import { ENCODER_FILES } from '../ml/clip/encoder-description.js';
import { readModelConfig } from '../ml/clip/model-config.js';
import { readPreprocessorConfig } from '../ml/clip/preprocessor-config.js';
import {
  checkEncoderSizes,
  type FreeBytes,
  freeBytes,
  megabytesOf,
  requireRoom,
} from './encoder-room.js';
import { ProgressMeter } from './progress-meter.js';
import { replaceFolder, syncFolders } from './replace-folder.js';

export interface RunDownloadDeps {
  catalogue: Catalogue;
  client: HubClient;
  /** Downloaded encoders: `<owner>/<name>`, and `.partial/<owner>/<name>` for what is under way. */
  hubRoot: string;
  freeBytes?: FreeBytes;
}

/**
 * Downloads file by file into a folder of parts, verifies each, puts them together and renames the whole: an encoder's
 * folder is there complete, or not at all. A later attempt, or a later job, goes on with the parts that are there.
 */
export async function runDownload(
  deps: RunDownloadDeps,
  encoderId: string,
  context: JobContext,
): Promise<void> {
  const { client, hubRoot } = deps;
  const { signal } = context;
  const entry = deps.catalogue.get(encoderId);
  if (!entry) {
    throw new ClipwrightError('NOT_FOUND', `The worker's catalogue has no encoder ${encoderId}.`);
  }
  const destination = path.join(hubRoot, entry.repository);
  if (await isEncoder(destination)) return context.succeed(async () => {}); // an attempt got this far and no further
  const names = [...new Set([...entry.files.shared, ...entry.files.FP32])];
  const files = await listFiles(client, entry, names, signal);
  const total = checkEncoderSizes(files);

  const parts = new Parts(path.join(hubRoot, '.partial', entry.repository));
  await parts.open(files);
  const had = await parts.bytes(files);
  await requireRoom(deps.freeBytes ?? freeBytes, parts.directory, total - had);

  const meter = new ProgressMeter(total, had);
  let done = had;
  const tell = () =>
    context.progress({
      ...meter.update(),
      message: megabytesOf(done, total),
    });
  await tell();
  for (const file of files) {
    await downloadFile(client, {
      url: fileUrl(client, entry, file.path),
      file,
      partPath: parts.path(file),
      signal,
      onBytes(count) {
        done += count;
        meter.add(count);
        // Whoever lost the job is told by the signal.
        tell().catch(() => {});
      },
    });
    // Before the towers come: hundreds of megabytes are not fetched for an encoder that cannot be used.
    if (file.path === ENCODER_FILES.config) readModelConfig(await parts.json(file));
    if (file.path === ENCODER_FILES.preprocessor) {
      readPreprocessorConfig(await parts.json(file), 'floor');
    }
  }
  const assembled = await parts.assemble(files);
  await context.progress({ progress: 1, message: 'checking what was downloaded' });
  await describeEncoder(assembled).catch(async (error) => {
    // As the hub has it, it is no encoder for us: its parts are of no use. Whoever has lost the job leaves them to its successor.
    if (error instanceof ClipwrightError) await context.fenced(() => parts.remove());
    throw error;
  });
  await context.fenced(async () => {
    await replaceFolder(assembled, destination, parts.old);
    await parts.remove();
  });
  await context.succeed(async () => {});
}

async function isEncoder(directory: string): Promise<boolean> {
  return describeEncoder(directory).then(
    () => true,
    () => false,
  );
}

function fileUrl(client: HubClient, { repository, revision }: CataloguedEncoder, name: string) {
  return client.url(`${repository}/resolve/${encodeURIComponent(revision)}/${name}`);
}

/** What has come of an encoder: a file for each of its files, named by hash and path, so that no other revision's is taken for it. */
class Parts {
  readonly #assembled: string;
  /** Where a faulty encoder goes whose place the new one takes. */
  readonly old: string;

  constructor(readonly directory: string) {
    this.#assembled = path.join(directory, 'encoder');
    this.old = path.join(directory, 'old');
  }

  path({ hash, path: name }: HubFile): string {
    // A path may be longer than file systems take for a name.
    const ofName = createHash('sha256').update(name).digest('hex').slice(0, 16);
    return path.join(this.directory, `${hash.hex}-${ofName}`);
  }

  /** Takes apart again what an attempt had put together when it ended. */
  async open(files: readonly HubFile[]): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    for (const file of files) {
      await rename(path.join(this.#assembled, file.path), this.path(file)).catch(() => {});
    }
    await rm(this.#assembled, { recursive: true, force: true });
    await rm(this.old, { recursive: true, force: true });
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }

  async bytes(files: readonly HubFile[]): Promise<number> {
    let bytes = 0;
    for (const file of files) {
      bytes += (await stat(this.path(file)).catch(() => ({ size: 0 }))).size;
    }
    return bytes;
  }

  async json(file: HubFile): Promise<unknown> {
    const text = await readFile(this.path(file), 'utf8');
    try {
      return JSON.parse(text);
    } catch {
      throw new ClipwrightError('ENCODER_FILE_INVALID', `${file.path} is not JSON`);
    }
  }

  /** @returns the folder in the encoder's layout, on the disk for good */
  async assemble(files: readonly HubFile[]): Promise<string> {
    for (const file of files) {
      const to = path.join(this.#assembled, file.path);
      await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
      await rename(this.path(file), to);
    }
    await syncFolders(this.#assembled);
    return this.#assembled;
  }
}
