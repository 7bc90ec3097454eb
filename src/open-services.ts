import {
  encoderRoots,
  type Ground,
  imageLimits,
  importSources,
  openInfer,
  preciseEncoders,
  settlers,
  VERSION,
} from './app.js';
import { ImageProcess } from './ml/processes/image-process.js';
import { SearchProcess } from './ml/processes/search-process.js';
import { StatisticsProcess } from './ml/processes/statistics-process.js';
import { Turns } from './ml/processes/turns.js';
import type { Services } from './resolvers/context.js';
import { addEncoder } from './services/add-encoder.js';
import { archiveRuns } from './services/archive-runs.js';
import { BatchEvaluations } from './services/batch-evaluations.js';
import { cancelBatchPrediction, deleteBatchPrediction } from './services/batch-predictions.js';
import { batchResults, batchResultsAt } from './services/batch-results.js';
import { BatchSelections } from './services/batch-selections.js';
import { cancelJob } from './services/cancel-job.js';
import { cancelRun } from './services/cancel-run.js';
import { CellComparisons } from './services/compare-cells.js';
import { RunComparisons } from './services/compare-runs.js';
import {
  cancelExperiment,
  deleteExperiment,
  pauseExperiment,
  resumeExperiment,
  retryExperimentCell,
} from './services/control-experiment.js';
import { createEnsemble } from './services/create-ensemble.js';
import { deleteDataset } from './services/delete-dataset.js';
import { deleteEncoder } from './services/delete-encoder.js';
import { deleteModelVersion } from './services/delete-model-version.js';
import { deleteRun } from './services/delete-run.js';
import { DiskUsage } from './services/disk-usage.js';
import { downloadEncoder } from './services/download-encoder.js';
import { DuplicateSearches } from './services/duplicates.js';
import { editSamples } from './services/edit-samples.js';
import { embedDataset } from './services/embed-dataset.js';
import type { EmbedInputsDeps } from './services/embed-inputs.js';
import { Embedders } from './services/embedders.js';
import { RunEvaluations } from './services/evaluate-run.js';
import { exportBatch } from './services/export-batch.js';
import { extendExperiment } from './services/extend-experiment.js';
import { headRunner } from './services/head-runner.js';
import { imageFile } from './services/image-file.js';
import { importDataset } from './services/import-dataset.js';
import { LabelCurves } from './services/label-curve.js';
import { listEncoders } from './services/list-encoders.js';
import { removeAlias, setAlias } from './services/model-aliases.js';
import { modelBundle } from './services/model-bundle.js';
import { planExperiment } from './services/plan-experiment.js';
import { predict } from './services/predict.js';
import { predictDataset } from './services/predict-dataset.js';
import { previewImport } from './services/preview-import.js';
import { registerModel } from './services/register-model.js';
import { LabelReports } from './services/report-labels.js';
import { WorstRunErrors } from './services/run-errors.js';
import { errorsAt } from './services/sample-errors.js';
import { samplesInError } from './services/samples-in-error.js';
import { searchSet } from './services/search-set.js';
import { startExperiment } from './services/start-experiment.js';
import { startRun } from './services/start-run.js';
import { createThresholdSet, deleteThresholdSet } from './services/threshold-sets.js';
import { Thumbnails } from './services/thumbnails.js';
import { updateRun } from './services/update-run.js';
import { ZeroShot } from './services/zero-shot.js';
import { parseSha256 } from './storage/sha256.js';

/** That one may wait for: each takes seconds where a tar is unpacked. */
const MAX_PREVIEWS = 8;

/** What the resolvers ask for, and the child processes behind it. */
export async function openServices(
  ground: Ground,
): Promise<{ services: Services; close(): Promise<void> }> {
  const { config, db, blobs, catalogue, uploads } = ground;
  const { engine, device, threads } = config;
  // Less nice than a worker's: somebody waits for a prediction.
  const images = new ImageProcess({ threads, nice: 5, limits: imageLimits(config) });
  const runner = openInfer(ground, { mostProcesses: 1, nice: 5 });
  const encoders = preciseEncoders(ground, runner);
  const embedders = new Embedders({ db, blobs, encoders, images, runner });
  const usage = new DiskUsage({ db, blobs });
  const thumbnails = new Thumbnails({ db, blobs, images }, config.data);
  const importing = { db, ...importSources(ground) };
  const cancelling = { db, settlers };
  const cancellingRuns = { db, cancelJob: (jobId: string) => cancelJob(cancelling, jobId) };
  const statistics = new StatisticsProcess();
  const searching = new SearchProcess();
  const pairing = new SearchProcess();
  const runErrors = new WorstRunErrors({
    db,
    blobs,
    findErrors: (payload) => statistics.findErrors(payload),
  });
  const labelCurves = new LabelCurves({
    db,
    blobs,
    cutLabel: (payload) => statistics.cutLabel(payload),
  });
  const evaluations = new RunEvaluations({
    db,
    blobs,
    evaluateScores: (payload) => statistics.evaluateScores(payload),
  });
  const batchEvaluations = new BatchEvaluations({
    db,
    blobs,
    evaluatePredictions: (payload) => statistics.evaluatePredictions(payload),
  });
  const selections = new BatchSelections({
    db,
    blobs,
    selectPredictions: (payload) => statistics.selectPredictions(payload),
  });
  const comparing = new Turns();
  const previewing = new Turns(MAX_PREVIEWS);
  const comparisons = new CellComparisons({
    db,
    blobs,
    queue: comparing,
    pairedBootstrap: (payload) => statistics.pairedBootstrap(payload),
  });
  const runComparisons = new RunComparisons({
    db,
    blobs,
    queue: comparing,
    pairedBootstrap: (payload) => statistics.pairedBootstrap(payload),
    pairedF1s: (payload) => statistics.pairedF1s(payload),
    cellsByLabel: (payload) => statistics.cellsByLabel(payload),
  });
  const labelReports = new LabelReports({
    db,
    blobs,
    queue: comparing,
    cellsByLabel: (payload) => statistics.cellsByLabel(payload),
  });
  const embedding: EmbedInputsDeps = {
    db,
    blobs,
    embedder: (encoder) => embedders.embedder(encoder),
    uploadPath: (id, argument) => uploads.path(id, argument),
    knownVectors: (encoder, modality, contents) => embedders.known(encoder, modality, contents),
  };
  const duplicates = new DuplicateSearches({
    db,
    blobs,
    threads,
    nearPairs: (payload) => pairing.nearPairs(payload),
  });
  const zeroShot = new ZeroShot({ ...embedding, encoders });
  const experimenting = { db, encoders, limits: config.limits };

  const services: Services = {
    importDataset: (input) => importDataset(importing, input),
    embedDataset: (input) => embedDataset({ db, encoders }, input),
    downloadEncoder: (id, precision) =>
      downloadEncoder({ db, catalogue, encoders, offline: config.hub.offline }, { id, precision }),
    addEncoder: (directory) =>
      addEncoder({ db, encoders, importRoots: config.importRoots }, directory),
    deleteEncoder: (id) => deleteEncoder({ db, roots: encoderRoots(config) }, id),
    predictDataset: (input) => predictDataset({ db, encoders }, input),
    cancelBatchPrediction: (id) =>
      cancelBatchPrediction({ db, cancelJob: (jobId) => cancelJob(cancelling, jobId) }, id),
    deleteBatchPrediction: (id) => deleteBatchPrediction({ db, blobs }, id),
    batchResults: (batch, slice) => batchResults(blobs, batch, slice),
    batchResultsAt: (batch, positions) => batchResultsAt(blobs, batch, positions),
    selectPredictions: (batch, filter) => selections.get(batch, filter),
    evaluateBatch: (batchId, split) => batchEvaluations.get(batchId, split),
    exportBatch: (batch, format, columns) => exportBatch({ db, blobs }, batch, format, columns),
    // In turns: a tar is unpacked in this process.
    previewImport: (input) => previewing.take(() => previewImport(importing, input)),
    createUpload: (input) => uploads.create(input),
    expectedUpload: async (id) => (await uploads.expected(id)).sizeBytes,
    deleteUpload: (id) => uploads.discard(id),
    receiveUpload: (id, body) => uploads.receive(id, body),
    uploadPath: (id, argument) => uploads.path(id, argument),
    editSamples: (input) => editSamples({ db }, input),
    async deleteDataset(id) {
      const deleted = await deleteDataset({ db, blobs, thumbnails }, id);
      await searching.forget();
      return deleted;
    },
    startRun: (input) => startRun({ db, encoders, limits: config.limits }, input),
    archiveRuns: (input) => archiveRuns({ db }, input),
    updateRun: (input) => updateRun({ db }, input),
    cancelRun: (id) => cancelRun(cancellingRuns, id),
    cancelJob: (id) => cancelJob(cancelling, id),
    deleteRun: (id) => deleteRun({ db, blobs }, id),
    planExperiment: (input) => planExperiment(experimenting, input),
    startExperiment: (input) => startExperiment(experimenting, input),
    extendExperiment: (input) => extendExperiment(experimenting, input),
    pauseExperiment: (id) => pauseExperiment({ db }, id),
    resumeExperiment: (id) => resumeExperiment({ db }, id),
    cancelExperiment: (id) =>
      cancelExperiment({ db, cancelRun: (runId) => cancelRun(cancellingRuns, runId) }, id),
    retryExperimentCell: (id, cell) => retryExperimentCell({ db }, id, cell),
    deleteExperiment: (id) => deleteExperiment({ db }, id),
    compareCells: ({ versionId, a, b }) =>
      comparisons.compare({
        versionId,
        a: a.map((files) => files.map(parseSha256)),
        b: b.map((files) => files.map(parseSha256)),
      }),
    reportLabels: (cells) => labelReports.report(cells),
    runErrors: (runId, filter) => runErrors.get(runId, filter),
    samplesInError: (version, runId, choice) =>
      samplesInError(
        { db, runErrors: (id, filter) => runErrors.get(id, filter) },
        version,
        runId,
        choice,
      ),
    errorsAt: (versionId, positions, runId, choice) =>
      errorsAt({ db, blobs }, versionId, positions, runId, choice),
    labelCurve: (runId, split, label) => labelCurves.get(runId, split, label),
    compareRuns: (a, b, split) => runComparisons.compare(a, b, split),
    evaluateRun: (runId, split) => evaluations.get(runId, split),
    registerModel: (input) => registerModel({ db, blobs }, input),
    createEnsemble: (input) =>
      createEnsemble(
        { db, blobs, combineRuns: (payload) => statistics.combineRuns(payload) },
        input,
      ),
    setAlias: (input) => setAlias({ db }, input),
    removeAlias: (input) => removeAlias({ db }, input),
    deleteModelVersion: (ref) => deleteModelVersion({ db, blobs }, ref),
    modelBundle: (versionId) => modelBundle({ db, blobs, encoders }, versionId),
    createThresholdSet: (input) =>
      createThresholdSet({ db, blobs, fitPoint: (payload) => statistics.fitPoint(payload) }, input),
    deleteThresholdSet: (input) => deleteThresholdSet({ db }, input),
    async predict(model, inputs, thresholds) {
      const { manifest, predictions } = await predict(
        {
          ...embedding,
          heads: headRunner(runner, 10),
        },
        model,
        inputs,
        thresholds,
      );
      return { labels: manifest.labels, predictions };
    },
    duplicates: (setId, threshold) => duplicates.get(setId, threshold),
    zeroShot: (input) => zeroShot.score(input),
    search: (input) =>
      searchSet({ ...embedding, search: (payload) => searching.search(payload) }, input),
    encoders: { list: () => listEncoders({ db, encoders, catalogue }) },
    system: async () => ({
      version: VERSION,
      device,
      engine,
      nodeVersion: process.version,
      threads,
    }),
    devices: async () => (await ground.devices()).found,
    diskUsedBytes: () => usage.bytes(),
    imageFile: (sha256) => imageFile({ db, blobs }, sha256),
    thumbnail: (sha256, size) => thumbnails.get(sha256, size),
  };
  return {
    services,
    async close() {
      await Promise.all([
        images.close(),
        runner.close(),
        statistics.close(),
        searching.close(),
        pairing.close(),
      ]);
    },
  };
}
