import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { orDiskFull } from '../errors/disk-full.js';
import type { EncoderDescription, TowerFiles } from '../ml/clip/encoder-description.js';
import type { EncoderVariant } from '../ml/clip/encoder-variant.js';
import type { Drift } from '../ml/clip/measure-drift.js';
import { QUANTISER_VERSION } from '../ml/onnx/quantise/quantise-model.js';
import type { Device } from '../ml/runtime/device.js';
import { namesIn } from '../storage/names-in.js';
import { syncDirectory } from '../storage/sync-directory.js';
import { writeWhole } from '../storage/write-whole.js';
import { freeBytes, requireRoom } from './disk-room.js';
import { syncFolders } from './replace-folder.js';

const drift = z.object({ imageCosine: z.number(), textCosine: z.number(), speedup: z.number() });

/**
 * What this server made of encoders, and found out about them: `<revision of the variant>/towers`, `/drift.json` and
 * `/drift-<device>.json`. All of it can
 * be made again.
 */
export class VariantStore {
  constructor(private readonly root: string) {}

  /** An encoder in INT8 as it is made here. Its revision stands for FP32's and for how that is quantised. */
  async quantised(encoder: EncoderDescription): Promise<EncoderVariant> {
    const revision = createHash('sha256')
      .update(`INT8 by quantiser ${QUANTISER_VERSION} of ${encoder.revision}\n`)
      .digest('hex');
    const towers = towersIn(path.join(this.root, revision, 'towers'));
    return {
      precision: 'INT8',
      source: 'QUANTISED',
      revision,
      sizeBytes: await sizeOf(towers),
      drift: null,
      towers,
      lackTokens: [],
    };
  }

  /**
   * Makes a variant's towers, complete or not at all. Whoever else makes them meanwhile makes the same.
   * @throws DISK_FULL, before anything is written, where `mostBytes` do not fit
   */
  async make(
    variant: EncoderVariant,
    mostBytes: number,
    write: (to: TowerFiles) => Promise<void>,
  ): Promise<void> {
    const folder = path.join(this.root, variant.revision);
    const temporary = path.join(folder, `.making-${randomUUID()}`);
    try {
      await mkdir(temporary, { recursive: true, mode: 0o700 });
      await requireRoom(freeBytes, temporary, mostBytes);
      await write(towersIn(temporary));
      await syncFolders(temporary);
      await rename(temporary, path.dirname(variant.towers.vision)).catch((error: unknown) => {
        if (!['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code!)) throw error;
      });
      await syncDirectory(folder);
      await removeStale(folder);
    } catch (error) {
      throw orDiskFull(error);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  /** As it was measured once on a device, or undefined. */
  async drift({ revision }: EncoderVariant, device: Device): Promise<Drift | undefined> {
    const text = await readFile(this.#driftPath(revision, device), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return drift.parse(JSON.parse(text));
    } catch {
      return undefined; // It is measured again.
    }
  }

  async keepDrift({ revision }: EncoderVariant, device: Device, measured: Drift): Promise<void> {
    const file = this.#driftPath(revision, device);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeWhole(file, `${JSON.stringify(measured)}\n`);
  }

  /** Of which something is kept. */
  async revisions(): Promise<string[]> {
    const names = await namesIn(this.root);
    return names.filter((name) => /^[0-9a-f]{64}$/.test(name));
  }

  /** Those in which something was written within the hour stay too: their encoder may just have been added. */
  async removeOthers(current: ReadonlySet<string>): Promise<void> {
    for (const revision of await this.revisions()) {
      if (!current.has(revision)) await removeOld(path.join(this.root, revision));
    }
  }

  #driftPath(revision: string, device: Device): string {
    const name = device === 'cpu' ? 'drift.json' : `drift-${device}.json`;
    return path.join(this.root, revision, name);
  }
}

function towersIn(folder: string): TowerFiles {
  return {
    vision: path.join(folder, 'vision_model.onnx'),
    text: path.join(folder, 'text_model.onnx'),
  };
}

/** What killed processes left; nobody takes an hour. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith('.making-')) await removeOld(path.join(folder, name));
  }
}

async function removeOld(folder: string): Promise<void> {
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  if (mtimeMs < Date.now() - 3_600_000) await rm(folder, { recursive: true, force: true });
}

/** Null where they are not there yet. */
async function sizeOf({ vision, text }: TowerFiles): Promise<number | null> {
  try {
    return (await stat(vision)).size + (await stat(text)).size;
  } catch {
    return null;
  }
}
