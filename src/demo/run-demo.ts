import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiClient } from './api-client.js';
import { DEMO_SEED } from './scenes.js';
import { writeScenes } from './write-scenes.js';

const SCENES = 1200;
const DATASET = 'demo-scenes';
const FUSIONS = ['IMAGE_ONLY', 'TEXT_ONLY', 'CONCAT'] as const;

export interface DemoOptions {
  /** of the server that this demo talks to, as any client would */
  url: string;
  token: string;
  /** an import root of that server */
  importRoot: string;
  /** one line for people; a line that starts with \r replaces the last one on a terminal */
  print(line: string): void;
}

interface DemoRun {
  id: string;
  fusion: string;
  final: Record<'meanAveragePrecision' | 'microF1' | 'macroF1' | 'samplesF1', number>;
  bestEpoch: number;
  seconds: number;
}

/** The whole line over the public API: scenes → import → three runs → comparison → registered model → prediction. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const client = new ApiClient(options.url, options.token);
  const folder = path.join(options.importRoot, DATASET);
  await drawScenes(folder, options);
  const datasetId = await importScenes(client, options);
  const runs: DemoRun[] = [];
  for (const fusion of FUSIONS) runs.push(await trainOne(client, options, datasetId, fusion));
  printComparison(runs, options);
  await predictOne(client, options, runs.at(-1)!, folder);
}

async function drawScenes(folder: string, options: DemoOptions): Promise<void> {
  if (
    await access(folder).then(
      () => true,
      () => false,
    )
  ) {
    options.print(`Scenes: ${SCENES}, drawn before, in ${folder}`);
    return;
  }
  const report = progressLine(options, 'Drawing scenes');
  await writeScenes(folder, {
    count: SCENES,
    seed: DEMO_SEED,
    onProgress: (done) => report(done / SCENES),
  });
}

async function importScenes(client: ApiClient, options: DemoOptions): Promise<string> {
  const { importDataset } = await client.request<{
    importDataset: { dataset: { id: string }; job: { id: string } };
  }>(
    `mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { dataset { id } job { id } } }`,
    {
      input: {
        name: DATASET,
        description: 'Drawn scenes of 18 everyday objects; captions name some of them.',
        source: { directory: DATASET },
      },
    },
  );
  await followJob(client, options, 'Importing', importDataset.job.id);
  const { job } = await client.request<{
    job: { unchanged: boolean; importReport: { imported: number; rejectedCount: number } };
  }>('query ($id: ID!) { job(id: $id) { unchanged importReport { imported rejectedCount } } }', {
    id: importDataset.job.id,
  });
  const { imported, rejectedCount } = job.importReport;
  options.print(
    `Imported ${imported} samples, rejected ${rejectedCount}${job.unchanged ? ' (nothing new)' : ''}.`,
  );
  const { dataset } = await client.request<{ dataset: { id: string } }>(
    'query ($name: String!) { dataset(name: $name) { id } }',
    { name: DATASET },
  );
  return dataset.id;
}

async function trainOne(
  client: ApiClient,
  options: DemoOptions,
  datasetId: string,
  fusion: string,
): Promise<DemoRun> {
  const started = performance.now();
  const { startRun } = await client.request<{ startRun: { id: string } }>(
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    {
      input: {
        datasetId,
        encoderId: 'clipwright/clip-mini',
        name: `demo ${fusion}`,
        tags: ['demo'],
        config: { fusion: { kind: fusion } },
      },
    },
  );
  const report = progressLine(options, `Run ${fusion}`);
  const events = client.subscribe<{
    runEvents: { status: string; progress: number; message: string | null };
  }>('subscription ($id: ID!) { runEvents(runId: $id) { status progress message } }', {
    id: startRun.id,
  });
  for await (const { runEvents: event } of events) {
    report(event.progress);
    if (event.status === 'FAILED' || event.status === 'CANCELLED') {
      throw new Error(
        `run ${fusion} ${event.status.toLowerCase()}: ${event.message ?? 'no reason given'}`,
      );
    }
  }
  const { run } = await client.request<{ run: Omit<DemoRun, 'fusion' | 'seconds'> }>(
    `query ($id: ID!) { run(id: $id) { id bestEpoch final { meanAveragePrecision microF1 macroF1 samplesF1 } } }`,
    { id: startRun.id },
  );
  return { ...run, fusion, seconds: (performance.now() - started) / 1000 };
}

function printComparison(runs: readonly DemoRun[], options: DemoOptions): void {
  const percent = (value: number) => value.toFixed(3).padStart(10);
  options.print('');
  options.print('On the test split, which no run saw:');
  options.print('fusion            mAP  micro-F1  macro-F1 samples-F1  epoch  seconds');
  for (const { fusion, final, bestEpoch, seconds } of runs) {
    options.print(
      fusion.padEnd(11) +
        percent(final.meanAveragePrecision) +
        percent(final.microF1) +
        percent(final.macroF1) +
        percent(final.samplesF1).padStart(11) +
        String(bestEpoch).padStart(7) +
        seconds.toFixed(1).padStart(9),
    );
  }
  options.print('(seconds: from the request to the end; the first run waits for the embeddings)');
}

async function predictOne(
  client: ApiClient,
  options: DemoOptions,
  run: DemoRun,
  folder: string,
): Promise<void> {
  const { registerModel } = await client.request<{
    registerModel: { model: { name: string }; number: number };
  }>(
    'mutation ($runId: ID!) { registerModel(runId: $runId, name: "demo") { number model { name } } }',
    { runId: run.id },
  );
  const ref = `${registerModel.model.name}/${registerModel.number}`;
  const { dataset } = await client.request<{
    dataset: {
      latestVersion: {
        samples: { nodes: { key: string; caption: string; labels: { name: string }[] }[] };
      };
    };
  }>(
    `query ($name: String!) { dataset(name: $name) { latestVersion {
       samples(filter: { split: TEST }, first: 1) { nodes { key caption labels { name } } } } } }`,
    { name: DATASET },
  );
  // Out of the test split: a scene that no run was trained on.
  const sample = dataset.latestVersion.samples.nodes[0]!;
  const image = await readFile(path.join(folder, 'images', sample.key));
  const query = `query ($inputs: [PredictInput!]!) {
  predict(model: "${ref}", inputs: $inputs) {
    labels { label { name } score threshold }
  }
}`;
  const { predict } = await client.request<{
    predict: { labels: { label: { name: string }; score: number; threshold: number }[] }[];
  }>(query, { inputs: [{ text: sample.caption, image: { base64: image.toString('base64') } }] });
  options.print('');
  options.print(`Registered as ${ref}. One prediction, with the query that asks for it:`);
  options.print('');
  options.print(query);
  options.print(
    `variables: { "inputs": [{ "text": ${JSON.stringify(sample.caption)}, "image": { "base64": "…${sample.key}…" } }] }`,
  );
  options.print('');
  const drawn = sample.labels.map(({ name }) => name);
  for (const { label, score } of predict[0]!.labels) {
    const truth = drawn.includes(label.name) ? 'is in the scene' : 'is not in the scene';
    options.print(`  ${label.name.padEnd(16)} ${score.toFixed(3)}  ${truth}`);
  }
  options.print(`  drawn in it: ${drawn.join(', ')}`);
}

async function followJob(
  client: ApiClient,
  options: DemoOptions,
  title: string,
  jobId: string,
): Promise<void> {
  const report = progressLine(options, title);
  const events = client.subscribe<{
    jobEvents: { status: string; progress: number; message: string | null };
  }>('subscription ($id: ID!) { jobEvents(jobId: $id) { status progress message } }', {
    id: jobId,
  });
  for await (const { jobEvents: event } of events) {
    report(event.progress);
    if (event.status === 'FAILED' || event.status === 'CANCELLED') {
      throw new Error(
        `${title} ${event.status.toLowerCase()}: ${event.message ?? 'no reason given'}`,
      );
    }
  }
}

/** A line that grows in tenths, so that a log stays short and a terminal shows movement. */
function progressLine(options: DemoOptions, title: string): (progress: number) => void {
  let shown = -1;
  return (progress) => {
    const tenth = Math.floor(progress * 10);
    if (tenth <= shown) return;
    shown = tenth;
    options.print(`${title} … ${tenth * 10} %`);
  };
}
