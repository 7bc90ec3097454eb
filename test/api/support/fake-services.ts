import type { Database } from '../../../src/db/database.js';
import { ClipwrightError } from '../../../src/errors/clipwright-error.js';
import type { Services } from '../../../src/resolvers/context.js';
import type { Encoder } from '../../../src/schema/encoder.type.js';
import { archiveRuns } from '../../../src/services/archive-runs.js';
import { updateRun } from '../../../src/services/update-run.js';

export const CLIP_MINI: Encoder = {
  id: 'clipwright/clip-mini',
  name: 'clip-mini',
  dimension: 512,
  imageSize: 96,
  contextLength: 64,
  status: 'BUILT_IN',
  problem: null,
  sizeBytes: 14_000_000,
  license: 'Apache-2.0',
  revision: 'a'.repeat(64),
  tokens: [],
  precisions: [{ precision: 'FP32', source: 'FILE', sizeBytes: 14_000_000, cosine: null }],
  isStored: false,
  jobId: null,
};

/** Services that remember nothing; a test overrides what it is about. */
export function fakeServices(db: Database, overrides: Partial<Services> = {}): Services {
  const absent = async (): Promise<never> => {
    throw new ClipwrightError('NOT_FOUND', 'There is nothing with this id.');
  };
  return {
    importDataset: absent,
    embedDataset: absent,
    downloadEncoder: absent,
    addEncoder: absent,
    deleteEncoder: absent,
    predictDataset: absent,
    cancelBatchPrediction: absent,
    deleteBatchPrediction: absent,
    batchResults: async function* () {},
    exportBatch: async function* () {},
    previewImport: absent,
    createUpload: absent,
    expectedUpload: absent,
    deleteUpload: absent,
    receiveUpload: absent,
    uploadPath: absent,
    editSamples: absent,
    deleteDataset: absent,
    startRun: absent,
    archiveRuns: (input) => archiveRuns({ db }, input),
    updateRun: (input) => updateRun({ db }, input),
    cancelRun: absent,
    cancelJob: absent,
    deleteRun: absent,
    planExperiment: absent,
    startExperiment: absent,
    extendExperiment: absent,
    pauseExperiment: absent,
    resumeExperiment: absent,
    cancelExperiment: absent,
    retryExperimentCell: absent,
    deleteExperiment: absent,
    compareCells: async () => null,
    reportLabels: async () => null,
    compareRuns: async () => null,
    evaluateRun: async () => null,
    evaluateBatch: async () => null,
    batchResultsAt: async () => [],
    selectPredictions: async () => new Int32Array(),
    runErrors: async () => null,
    samplesInError: absent,
    errorsAt: async (_, positions) => positions.map(() => null),
    labelCurve: async () => null,
    registerModel: absent,
    createEnsemble: absent,
    createThresholdSet: absent,
    deleteThresholdSet: absent,
    setAlias: absent,
    removeAlias: absent,
    deleteModelVersion: absent,
    modelBundle: async () => null,
    predict: absent,
    search: absent,
    zeroShot: absent,
    duplicates: absent,
    encoders: {
      list: async () => [CLIP_MINI],
    },
    system: async () => ({
      version: '0.0.0',
      device: 'cpu',
      engine: 'onnxruntime',
      nodeVersion: process.versions.node,
      threads: 2,
    }),
    devices: async () => [
      { device: 'cpu', status: 'USABLE', chosen: true, reason: null, milliseconds: null },
    ],
    diskUsedBytes: async () => 12,
    imageFile: async () => null,
    thumbnail: async () => null,
    ...overrides,
  };
}
