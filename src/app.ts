import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.js';
import { Database } from './db/database.js';
import { EventHub } from './db/event-hub.js';
import { type Catalogue, readCatalogue } from './hub/catalogue.js';
import { settlerRegistry } from './jobs/registry.js';
import { addEncoderSettler } from './jobs/tasks/add-encoder.task.js';
import { downloadEncoderSettler } from './jobs/tasks/download-encoder.task.js';
import { embedDatasetSettler } from './jobs/tasks/embed-dataset.task.js';
import { importDatasetSettler } from './jobs/tasks/import-dataset.task.js';
import { predictDatasetSettler } from './jobs/tasks/predict-dataset.task.js';
import { trainRunSettler } from './jobs/tasks/train-run.task.js';
import type { Logger } from './logger.js';
import type { EmbeddingRunner } from './ml/clip/embed-ports.js';
import { DeviceInfer } from './ml/processes/device-infer.js';
import { type DeviceSearch, findDevices } from './ml/processes/find-devices.js';
import { InferProcess } from './ml/processes/infer-process.js';
import { PlannedInfer } from './ml/processes/planned-infer.js';
import { quantiseTowers } from './ml/processes/quantise-towers.js';
import { findTensorFlow } from './ml/tensorflow/load-tensorflow.js';
import type { EncoderRoots } from './services/encoder-folders.js';
import { LocalEncoders } from './services/local-encoders.js';
import { PreciseEncoders } from './services/precise-encoders.js';
import { Uploads } from './services/uploads.js';
import { VariantStore } from './services/variant-store.js';
import { DiskStore } from './storage/disk-store.js';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

const MODELS = path.join(PROJECT, 'models');

export const VERSION = (
  JSON.parse(readFileSync(path.join(PROJECT, 'package.json'), 'utf8')) as { version: string }
).version;

/** More files than this a source must not hold. */
const LISTING_ENTRIES = 2_000_000;

/** What server and worker both stand on. Opened once per process; whoever opened it closes it. */
export interface Ground {
  readonly config: Config;
  readonly logger: Logger;
  readonly db: Database;
  readonly blobs: DiskStore;
  readonly eventHub: EventHub;
  /** Encoders that can be downloaded. */
  readonly catalogue: Catalogue;
  readonly encoders: LocalEncoders;
  readonly uploads: Uploads;
  /** What there is to embed on; looked for at the first call, which takes seconds. */
  devices(): Promise<DeviceSearch>;
  close(): Promise<void>;
}

export async function openGround(config: Config, logger: Logger, url: string): Promise<Ground> {
  const quiet = (error: Error) => logger.debug({ err: error }, 'a database connection was lost');
  const catalogue = await readCatalogue(path.join(MODELS, 'catalogue.json'), config.catalogue);
  const db = Database.open(url, { connections: 16, onError: quiet });
  const eventHub = EventHub.open(url, { onError: quiet });
  let devices: Promise<DeviceSearch> | undefined;
  return {
    config,
    logger,
    db,
    blobs: await DiskStore.open(config.data),
    eventHub,
    catalogue,
    encoders: new LocalEncoders(encoderRoots(config), {
      license: (id) => catalogue.get(id)?.license ?? null,
      onUnusable: (id, error) =>
        logger.warn({ encoder: id, reason: error.message }, 'encoder left out'),
    }),
    uploads: await Uploads.open({
      db,
      directory: path.join(config.data, 'uploads'),
      maxBytes: config.limits.uploadBytes,
    }),
    devices() {
      devices ??= findDevices(
        { choice: config.device, threads: config.threads },
        ({ message, cause }) => logger.info({ cause }, message),
      ).catch((error) => {
        devices = undefined; // Whoever asks next looks again.
        throw error;
      });
      return devices;
    },
    async close() {
      await eventHub.close();
      await db.close();
    },
  };
}

export function encoderRoots({ data }: Config): EncoderRoots {
  return { builtIn: MODELS, local: path.join(data, 'encoders'), hub: path.join(data, 'hub') };
}

/** @param runner where precisions are compared */
export function preciseEncoders(
  { config, encoders, devices }: Ground,
  runner: EmbeddingRunner,
): PreciseEncoders {
  const device = async () => (await devices()).device;
  const store = variantStore(config);
  return new PreciseEncoders({ encoders, store, runner, device, quantise: quantiseTowers });
}

/** Embeds for a process, on the device that was chosen. */
export function openInfer(
  { config, logger, devices }: Ground,
  options: { mostProcesses?: number; nice?: number },
): DeviceInfer {
  const { threads } = config;
  return new DeviceInfer({
    cpu: new PlannedInfer({ threads, ...options }),
    search: devices,
    // One session: its own parallelism fills a device.
    openDevice: (device) => new InferProcess({ ...options, threads, device, processes: 1 }),
    onFailure: ({ message, cause }) => logger.warn({ cause }, message),
  });
}

export function variantStore({ data }: Config): VariantStore {
  return new VariantStore(path.join(data, 'precisions'));
}

/** @throws NOT_INSTALLED where trainings would fail for want of the engine's package */
export function requireEngine({ engine }: Config): void {
  if (engine === 'tensorflow') findTensorFlow();
}

/** How each kind of job ends; all that a process without the tasks needs. */
export const settlers = settlerRegistry([
  importDatasetSettler,
  embedDatasetSettler,
  trainRunSettler,
  predictDatasetSettler,
  downloadEncoderSettler,
  addEncoderSettler,
]);

/** From where, and how much at most, is imported. */
export function importSources({ config, uploads }: Pick<Ground, 'config' | 'uploads'>) {
  return {
    importRoots: config.importRoots,
    uploadPath: (id: string, argument: string) => uploads.path(id, argument),
    limits: { entries: LISTING_ENTRIES, bytes: config.limits.unpackedBytes },
  };
}

export function imageLimits({ limits }: Config) {
  return { bytes: limits.imageBytes, pixels: limits.imagePixels };
}
