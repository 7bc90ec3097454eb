import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  encoderRoots,
  type Ground,
  imageLimits,
  importSources,
  openInfer,
  preciseEncoders,
} from './app.js';
import { HubClient } from './hub/hub-client.js';
import { taskRegistry } from './jobs/registry.js';
import { addEncoderTask } from './jobs/tasks/add-encoder.task.js';
import { downloadEncoderTask } from './jobs/tasks/download-encoder.task.js';
import { embedDatasetTask } from './jobs/tasks/embed-dataset.task.js';
import { importDatasetTask } from './jobs/tasks/import-dataset.task.js';
import { predictDatasetTask } from './jobs/tasks/predict-dataset.task.js';
import { trainRunTask } from './jobs/tasks/train-run.task.js';
import { ImageProcess } from './ml/processes/image-process.js';
import { measureEmbedding } from './ml/processes/measure-embedding.js';
import { TrainProcess } from './ml/processes/train-process.js';
import { tryEncoder } from './ml/processes/try-encoder.js';
import { trainingDevice } from './ml/runtime/device.js';
import { EmbeddingPlans } from './services/embedding-plans.js';
import { headRunner } from './services/head-runner.js';
import { helpEmbedding } from './services/help-embedding.js';
import { embedLabels } from './services/label-texts.js';
import { PlanStore, thisMachine } from './services/plan-store.js';
import { removeStaleCheckpoints } from './services/remove-stale-checkpoints.js';

/** What a worker does, and the child processes that it does it in. */
export async function openTasks(ground: Ground) {
  const { config, logger, db, blobs, catalogue, uploads } = ground;
  const { engine, device, threads, limits } = config;
  const checkpoints = path.join(config.data, 'checkpoints');
  await mkdir(checkpoints, { recursive: true, mode: 0o700 });
  const images = new ImageProcess({ threads, limits: imageLimits(config) });
  const runner = openInfer(ground, {});
  const trainer = new TrainProcess();
  const plans = new EmbeddingPlans({
    store: new PlanStore(path.join(config.data, 'embedding-plans.json'), thisMachine(threads)),
    candidates: (encoder) => runner.candidates(encoder),
    measure: (encoder, candidates, photos, signal) =>
      measureEmbedding(encoder, candidates, { images, photos }, signal),
    use: (encoder, plan) => runner.use(encoder, plan),
    onMeasured: ({ directory, precision }, measured) =>
      logger.info({ directory, precision, ...measured }, 'measured how to embed'),
  });
  const encoders = preciseEncoders(ground, runner);
  const embedding = { db, blobs, encoders, images, runner, plans };
  return {
    tasks: taskRegistry([
      importDatasetTask({
        db,
        blobs,
        images,
        ...importSources(ground),
        imageBytes: limits.imageBytes,
        removeUploadFiles: (id) => uploads.removeFiles(id),
      }),
      embedDatasetTask(embedding),
      trainRunTask({
        db,
        blobs,
        engine,
        device: trainingDevice(device),
        threads,
        limits,
        train: (payload, options) => trainer.train(payload, options),
        embedLabels: (of, job) => embedLabels(embedding, of, job),
        checkpoints,
        onWarning: (run, { message, cause }) => logger.warn({ run, cause }, message),
      }),
      predictDatasetTask({ db, blobs, heads: headRunner(runner, 0) }),
      downloadEncoderTask({
        catalogue,
        client: new HubClient(config.hub),
        hubRoot: encoderRoots(config).hub,
        tryEncoder,
      }),
      addEncoderTask({
        importRoots: config.importRoots,
        localRoot: encoderRoots(config).local,
        tryEncoder,
        onLeftOut: (encoder, problem) =>
          logger.warn({ encoder, problem }, 'files of an encoder cannot be used and were left out'),
      }),
    ]),
    help: (workerId: string, signal: AbortSignal) => helpEmbedding(embedding, workerId, signal),
    removeStaleCheckpoints: () => removeStaleCheckpoints({ db, directory: checkpoints }),
    async close() {
      await Promise.all([images.close(), runner.close(), trainer.close()]);
    },
  };
}
