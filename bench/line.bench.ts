/*
 * Question: how long does the whole line take on a real folder of photos, and how much memory do all processes need?
 * Budget (issue 2): import of 2,010 photos ≤ 15 s, embedding ≤ 40 s and nothing the second time, each run ≤ 20 s,
 * 200 predictions of content never sent before p50 ≤ 30 ms, peak PSS ≤ 1.5 GB. Two cores, nothing else running.
 *
 *   npx tsx bench/line.bench.ts [--folder ../shared/photos]
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import type { ApiClient } from '../src/demo/api-client.js';
import { ServerProcess } from '../test/support/server-process.js';
import { quantile, writeResult } from './harness.js';
import { MemoryWatch } from './process-memory.js';

const { values } = parseArgs({
  options: { folder: { type: 'string', default: '../shared/photos' } },
});
const folder = path.resolve(values.folder);
const work = await mkdtemp(path.join(tmpdir(), 'clipwright-line-'));
const server = await ServerProcess.start({
  data: path.join(work, 'data'),
  importRoot: path.dirname(folder),
});
const memory = new MemoryWatch(server.child.pid!);
try {
  const client = await server.client();

  const importMs = await timed(async () => {
    const { importDataset } = await client.request<{ importDataset: { job: { id: string } } }>(
      'mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { job { id } } }',
      { input: { name: 'photos', source: { directory: path.basename(folder) } } },
    );
    await followJob(client, importDataset.job.id);
  });
  const { dataset } = await client.request<{
    dataset: { id: string; latestVersion: { id: string; sampleCount: number } };
  }>('{ dataset(name: "photos") { id latestVersion { id sampleCount } } }');

  const embed = async () => {
    const { embedDataset } = await client.request<{ embedDataset: { job: { id: string } } }>(
      'mutation ($id: ID!) { embedDataset(datasetVersionId: $id, encoderId: "clipwright/clip-mini") { job { id } } }',
      { id: dataset.latestVersion.id },
    );
    await followJob(client, embedDataset.job.id);
  };
  await eventLoopDelayP99Ms(client);
  const embedMs = await timed(embed);
  const embeddingDelayMs = await eventLoopDelayP99Ms(client);
  const embedAgainMs = await timed(embed);

  const runs: Record<string, { ms: number; meanAveragePrecision: number; epochs: number }> = {};
  let runId = '';
  for (const kind of ['IMAGE_ONLY', 'TEXT_ONLY', 'CONCAT']) {
    const ms = await timed(async () => {
      const { startRun } = await client.request<{ startRun: { id: string } }>(
        'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
        {
          input: {
            datasetId: dataset.id,
            encoderId: 'clipwright/clip-mini',
            config: { fusion: { kind } },
          },
        },
      );
      runId = startRun.id;
      for await (const _ of client.subscribe(
        'subscription ($id: ID!) { runEvents(runId: $id) { seq } }',
        { id: runId },
      ));
    });
    const { run } = await client.request<{
      run: { epoch: number; status: string; final: { meanAveragePrecision: number } };
    }>('query ($id: ID!) { run(id: $id) { epoch status final { meanAveragePrecision } } }', {
      id: runId,
    });
    if (run.status !== 'SUCCEEDED') throw new Error(`run ${kind} ended ${run.status}`);
    runs[kind] = {
      ms: Math.round(ms),
      meanAveragePrecision: run.final.meanAveragePrecision,
      epochs: run.epoch,
    };
  }

  const latencies = await predictUnseen(client, `run:${runId}`, 220);
  memory.stop();
  await writeResult('line', {
    samples: dataset.latestVersion.sampleCount,
    importSeconds: importMs / 1000,
    embeddingSeconds: embedMs / 1000,
    embeddingAgainSeconds: embedAgainMs / 1000,
    apiEventLoopDelayP99MsWhileEmbedding: embeddingDelayMs,
    runs,
    predictions: latencies.length,
    predictionP50Ms: quantile(latencies, 0.5),
    predictionP95Ms: quantile(latencies, 0.95),
    peakPssMiB: Math.round(memory.peakBytes / 2 ** 20),
    peakByProcessMiB: memory.atPeak,
  });
} finally {
  memory.stop();
  await server.stop();
  await rm(work, { recursive: true, force: true });
}

/** Photos and captions that the server has not seen: each is a mirrored photo with a number in its caption. */
async function predictUnseen(client: ApiClient, model: string, count: number): Promise<number[]> {
  const images = (await readdir(path.join(folder, 'images')))
    .filter((name) => name.endsWith('.jpg'))
    .sort();
  const latencies: number[] = [];
  for (let index = 0; index < count; index++) {
    const photo = await readFile(path.join(folder, 'images', images[index % images.length]!));
    const mirrored = await sharp(photo).flop().jpeg({ quality: 88 }).toBuffer();
    const started = performance.now();
    await client.request(
      'query ($model: String!, $inputs: [PredictInput!]!) { predict(model: $model, inputs: $inputs) { labels { label { name } score } } }',
      {
        model,
        inputs: [
          {
            text: `photo number ${index} of a person beside a parked car`,
            image: { base64: mirrored.toString('base64') },
          },
        ],
      },
    );
    // The first twenty warm the processes up.
    if (index >= 20) latencies.push(performance.now() - started);
  }
  return latencies;
}

/** Of the API process since the last call, from its own metrics. */
async function eventLoopDelayP99Ms(client: ApiClient): Promise<number> {
  const headers = { authorization: `Bearer ${client.token}` };
  const text = await (await fetch(new URL('/metrics', client.url), { headers })).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds ([\d.e-]+)/m.exec(text)?.[1]) * 1000;
}

async function followJob(client: ApiClient, id: string): Promise<void> {
  let last = '';
  const events = client.subscribe<{ jobEvents: { status: string; message: string | null } }>(
    'subscription ($id: ID!) { jobEvents(jobId: $id) { status message } }',
    { id },
  );
  for await (const { jobEvents } of events) last = `${jobEvents.status} ${jobEvents.message ?? ''}`;
  if (!last.startsWith('SUCCEEDED')) throw new Error(`job ${id} ended ${last}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
