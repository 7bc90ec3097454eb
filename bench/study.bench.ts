/*
 * Question: what does the study of the paper, heads × fusions × losses (arXiv 2406.16141), say on real photos with clip-mini's
 * embeddings, and how long does it take? 6 × 6 × 4 = 144 runs on one embedding set, planned, started, the server killed in
 * the middle and started again, finished and reported (issue 3).
 *
 *   npx tsx bench/study.bench.ts [--folder ../shared/photos]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ApiClient } from '../src/demo/api-client.js';
import { ServerProcess } from '../test/support/server-process.js';
import { writeResult } from './harness.js';

const { values } = parseArgs({
  options: { folder: { type: 'string', default: '../shared/photos' } },
});
const folder = path.resolve(values.folder);
const kinds = (...names: string[]) => names.map((kind) => ({ kind }));
const AXES = {
  heads: kinds('LINEAR', 'MLP', 'ADAPTER', 'COSINE', 'GMLP', 'LABEL_QUERY'),
  fusions: kinds('IMAGE_ONLY', 'TEXT_ONLY', 'CONCAT', 'INTERACTION', 'GATED', 'LATE'),
  losses: kinds('BCE', 'ASYMMETRIC', 'FOCAL', 'ZLPR'),
};

interface Cell {
  config: Record<'head' | 'fusion' | 'loss', { kind: string }>;
  meanAveragePrecision: { mean: number } | null;
}
interface Study {
  experiment: {
    status: string;
    numRuns: number;
    numSucceeded: number;
    numFailed: number;
    report: {
      numCellsCompared: number;
      best: Cell;
      bestFused: Cell;
      bestSingle: Cell;
      cells: Cell[];
      effects: (Record<'head' | 'fusion' | 'loss', { kind: string } | null> & {
        axis: string;
        meanAveragePrecision: number;
      })[];
      comparison: Record<'difference' | 'low' | 'high' | 'pValue' | 'numSamples', number>;
    };
  };
}
const CELL = 'config { head { kind } fusion { kind } loss { kind } } meanAveragePrecision { mean }';
const STUDY = `query ($id: ID!) { experiment(id: $id) { status numRuns numSucceeded numFailed report {
  numCellsCompared best { ${CELL} } bestFused { ${CELL} } bestSingle { ${CELL} } cells { ${CELL} }
  effects { axis head { kind } fusion { kind } loss { kind } meanAveragePrecision }
  comparison { difference low high pValue numSamples } } } }`;

const work = await mkdtemp(path.join(tmpdir(), 'clipwright-study-'));
const options = { data: path.join(work, 'data'), importRoot: path.dirname(folder) };
let server = await ServerProcess.start(options);
try {
  let client = await server.client();
  const { importDataset } = await client.request<{
    importDataset: { job: { id: string }; dataset: { id: string } };
  }>(
    'mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { job { id } dataset { id } } }',
    { input: { name: 'photos', source: { directory: path.basename(folder) } } },
  );
  await end(client, 'jobEvents', 'jobId', importDataset.job.id);
  const input = {
    datasetId: importDataset.dataset.id,
    encoderId: 'clipwright/clip-mini',
    ...AXES,
  };
  const { planExperiment } = await client.request<{ planExperiment: { numRuns: number } }>(
    'query ($input: ExperimentInput!) { planExperiment(input: $input) { numRuns } }',
    { input },
  );
  const started = performance.now();
  const { startExperiment } = await client.request<{ startExperiment: { id: string } }>(
    'mutation ($input: ExperimentInput!) { startExperiment(input: $input) { id } }',
    { input },
  );
  const { id } = startExperiment;
  await until(client, id, planExperiment.numRuns / 2);
  await server.kill();
  server = await ServerProcess.start(options);
  client = await server.client();
  await end(client, 'experimentEvents', 'id', id);
  const seconds = (performance.now() - started) / 1000;
  const { experiment } = await client.request<Study>(STUDY, { id });
  if (experiment.numSucceeded !== planExperiment.numRuns) {
    throw new Error(`${experiment.status}: ${experiment.numSucceeded} runs succeeded`);
  }
  const { report } = experiment;
  await writeResult('study', {
    runs: experiment.numRuns,
    secondsWithEmbeddingAndRestart: seconds,
    numCellsCompared: report.numCellsCompared,
    bestFused: brief(report.bestFused),
    bestSingle: brief(report.bestSingle),
    comparisonOnTest: report.comparison,
    effects: report.effects.flatMap(({ axis, head, fusion, loss, meanAveragePrecision }) => {
      const value = head ?? fusion ?? loss;
      // The other axes have one value each.
      return value ? [{ axis, value: value.kind, meanAveragePrecision }] : [];
    }),
    cells: report.cells.map(brief),
  });
} finally {
  await server.stop();
  await rm(work, { recursive: true, force: true });
}

function brief({ config, meanAveragePrecision }: Cell) {
  const { head, fusion, loss } = config;
  return {
    cell: `${head.kind} × ${fusion.kind} × ${loss.kind}`,
    validation: meanAveragePrecision?.mean ?? null,
  };
}

/** Follows the experiment until so many of its runs have succeeded. */
async function until(client: ApiClient, id: string, runs: number): Promise<void> {
  const events = client.subscribe<{ experimentEvents: { experiment: { numSucceeded: number } } }>(
    'subscription ($id: ID!) { experimentEvents(id: $id) { experiment { numSucceeded } } }',
    { id },
  );
  for await (const { experimentEvents } of events) {
    if (experimentEvents.experiment.numSucceeded >= runs) return;
  }
}

async function end(client: ApiClient, field: string, argument: string, id: string): Promise<void> {
  const events = client.subscribe(
    `subscription ($id: ID!) { ${field}(${argument}: $id) { seq } }`,
    { id },
  );
  for await (const _ of events);
}
