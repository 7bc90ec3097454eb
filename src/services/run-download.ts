import path from 'node:path';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { orDiskFull } from '../errors/disk-full.js';
import type { Catalogue, CataloguedEncoder } from '../hub/catalogue.js';
import { downloadFile } from '../hub/download-file.js';
import type { HubClient } from '../hub/hub-client.js';
import type { HubFile } from '../hub/hub-file.js';
import { listFiles } from '../hub/list-files.js';
import type { JobContext } from '../jobs/task.js';
import { describeEncoder } from '../ml/clip/describe-encoder.js';
import {
  COMBINED_FILES,
  ENCODER_FILES,
  type EncoderDescription,
} from '../ml/clip/encoder-description.js';
import { inVariant } from '../ml/clip/encoder-variant.js';
import { readModelConfig } from '../ml/clip/model-config.js';
import type { Precision } from '../ml/clip/precision.js';
import { readPreprocessorConfig } from '../ml/clip/preprocessor-config.js';
import { removeCombined, splitTowers } from '../ml/clip/split-towers.js';
import { addPrecision, hasPrecision, requirePrecision, requireSameFiles } from './add-precision.js';
import { type FreeBytes, freeBytes, requireRoom } from './disk-room.js';
import { DownloadParts } from './download-parts.js';
import { checkEncoderSizes, megabytesOf } from './encoder-sizes.js';
import { ProgressMeter } from './progress-meter.js';
import { replaceFolder, syncFolders } from './replace-folder.js';
import { isFaultOfFiles, requireRunning, type TryEncoder } from './require-running.js';

export interface RunDownloadDeps {
  catalogue: Catalogue;
  client: HubClient;
  /** Downloaded encoders: `<owner>/<name>`, and `.partial/<owner>/<name>` for what is under way. */
  hubRoot: string;
  freeBytes?: FreeBytes;
  tryEncoder: TryEncoder;
}

const REMEDY =
  'As the hub has it at this revision it cannot be used: choose another encoder, or name another revision in a catalogue of your own.';

/**
 * Downloads file by file into a folder of parts, verifies each, puts them together and renames the whole: an encoder's
 * folder is there complete, or not at all. A later attempt, or a later job, goes on with the parts that are there. Of an
 * encoder that is there, another precision's files are put beside the others.
 */
export async function runDownload(
  deps: RunDownloadDeps,
  { encoderId, precision }: { encoderId: string; precision: Precision },
  context: JobContext,
): Promise<void> {
  const { client, hubRoot } = deps;
  const { signal } = context;
  const entry = deps.catalogue.get(encoderId);
  const towers = entry?.files[precision];
  if (!entry || !towers) {
    throw new ClipwrightError(
      'NOT_FOUND',
      `The worker's catalogue has no encoder ${encoderId} in ${precision}.`,
    );
  }
  const destination = path.join(hubRoot, entry.repository);
  const isThere = await isEncoder(destination);
  if (isThere && (await hasPrecision(destination, precision))) {
    return context.succeed(async () => {}); // an attempt got this far and no further
  }
  const names = [...new Set([...entry.files.shared, ...entry.files.FP32, ...towers])];
  const listed = await listFiles(client, entry, names, signal);
  const files = isThere ? listed.filter((file) => towers.includes(file.path)) : listed;
  const present = listed.filter((file) => !files.includes(file));
  if (isThere) await requireSameFiles(destination, present, signal);
  const total = checkEncoderSizes(files);
  const parts = new DownloadParts(path.join(hubRoot, '.partial', entry.repository));
  await fetchFiles(deps, entry, { files, parts, total }, context);
  const running = (encoder: EncoderDescription) =>
    requireRunning(deps.tryEncoder, encoder, context, REMEDY);
  if (isThere) {
    await addPrecision({ destination, precision }, { files, parts }, context, running);
    return context.succeed(async () => {});
  }
  const assembled = await parts.assemble(files);
  await context.progress({ progress: 1, message: 'checking what was downloaded' });
  await checkDownload(assembled, precision, signal, running).catch(async (error) => {
    // As the hub has it, it is no encoder for us: its parts are of no use. Whoever has lost the job leaves them to its successor.
    if (isFaultOfFiles(error)) await context.fenced(() => parts.remove());
    throw error;
  });
  await context.fenced(async () => {
    // Not earlier: an attempt after a kill goes on with it.
    await removeCombined(assembled);
    await replaceFolder(assembled, destination, parts.old);
    await parts.remove();
  });
  await context.succeed(async () => {});
}

async function fetchFiles(
  deps: RunDownloadDeps,
  entry: CataloguedEncoder,
  { files, parts, total }: { files: readonly HubFile[]; parts: DownloadParts; total: number },
  context: JobContext,
): Promise<void> {
  const { client } = deps;
  await parts.open(files);
  const had = await parts.bytes(files);
  // Taken apart, a graph is there twice for a while.
  const isCombined = files.some(({ path: name }) => COMBINED_FILES.some((each) => each === name));
  const needed = total - had + (isCombined ? total : 0);
  await requireRoom(deps.freeBytes ?? freeBytes, parts.directory, needed);

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
      signal: context.signal,
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
      readPreprocessorConfig(await parts.json(file), entry.family, 'floor');
    }
  }
}

async function checkDownload(
  assembled: string,
  precision: Precision,
  signal: AbortSignal,
  running: (encoder: EncoderDescription) => Promise<void>,
): Promise<void> {
  await splitTowers(assembled, signal).catch((error: unknown) => {
    throw orDiskFull(error);
  });
  await syncFolders(assembled);
  const fp32 = await describeEncoder(assembled);
  await running(fp32);
  if (precision === 'FP32') return;
  await running(inVariant(fp32, await requirePrecision(assembled, precision)));
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
