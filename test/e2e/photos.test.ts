import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { ApiClient } from '../../src/demo/api-client.js';
import { tinyFiles } from '../support/hub/tiny-files.js';
import { ServerProcess } from '../support/server-process.js';
import { SHARED } from '../support/shared.js';

const photos = path.join(SHARED, 'photos');
const present = existsSync(photos);
if (!present) console.log(`skipped: ${photos} is absent, so the line is not tried on photos`);

describe.skipIf(!present)('the whole line over the public API, on 2,010 photos', () => {
  let work: string;
  let server: ServerProcess;
  let client: ApiClient;
  let datasetId: string;
  const runIds: Record<string, string> = {};
  let prediction: unknown;

  beforeAll(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'clipwright-photos-'));
    const importRoot = [SHARED, path.join(work, 'import')].join(path.delimiter);
    for (const [name, bytes] of Object.entries(tinyFiles())) {
      const file = path.join(work, 'import/tiny', name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    server = await ServerProcess.start({ data: path.join(work, 'data'), importRoot });
    client = await server.client();
  });
  afterAll(async () => {
    await server?.stop();
    await rm(work, { recursive: true, force: true });
  });

  it('imports every row, captions with stray quotes and line breaks included', async () => {
    const { importDataset } = await client.request<{ importDataset: { job: { id: string } } }>(
      'mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { job { id } } }',
      { input: { name: 'photos', source: { directory: 'photos' } } },
    );
    const events = await collect(client, importDataset.job.id);
    expect(events.at(-1)?.status).toBe('SUCCEEDED');
    const { dataset, job } = await client.request<{
      dataset: {
        id: string;
        latestVersion: {
          sampleCount: number;
          labelStats: {
            label: { name: string };
            train: number;
            validation: number;
            test: number;
            total: number;
          }[];
        };
      };
      job: { importReport: { read: number; imported: number; rejectedCount: number } };
    }>(
      `query ($job: ID!) {
         dataset(name: "photos") { id latestVersion { sampleCount labelStats { label { name } train validation test total } } }
         job(id: $job) { importReport { read imported rejectedCount } }
       }`,
      { job: importDataset.job.id },
    );
    expect(job.importReport).toEqual({ read: 2010, imported: 2010, rejectedCount: 0 });
    expect(dataset.latestVersion.sampleCount).toBe(2010);
    expect(dataset.latestVersion.labelStats.map((row) => row.label.name)).toContain('fire hydrant');
    for (const row of dataset.latestVersion.labelStats) {
      expect(row.train + row.validation + row.test).toBe(row.total);
      expect(row.test).toBeGreaterThan(0);
    }
    datasetId = dataset.id;
  }, 120_000);

  it('finds nothing new in the same folder', async () => {
    const { importDataset } = await client.request<{ importDataset: { job: { id: string } } }>(
      'mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { job { id } } }',
      { input: { name: 'photos', source: { directory: 'photos' } } },
    );
    await collect(client, importDataset.job.id);
    const { job, dataset } = await client.request<{
      job: { unchanged: boolean };
      dataset: { versions: { totalCount: number } };
    }>(
      'query ($id: ID!) { job(id: $id) { unchanged } dataset(name: "photos") { versions { totalCount } } }',
      { id: importDataset.job.id },
    );
    expect(job.unchanged).toBe(true);
    expect(dataset.versions.totalCount).toBe(1);
  }, 120_000);

  it('trains image-only, text-only and fused runs on one embedding job', async () => {
    for (const kind of ['IMAGE_ONLY', 'TEXT_ONLY', 'CONCAT']) {
      const { startRun } = await client.request<{ startRun: { id: string; status: string } }>(
        'mutation ($input: StartRunInput!) { startRun(input: $input) { id status } }',
        { input: { datasetId, encoderId: 'clipwright/clip-mini', config: { fusion: { kind } } } },
      );
      expect(startRun.status).toBe('QUEUED');
      runIds[kind] = startRun.id;
    }
    const { jobs } = await client.request<{ jobs: { totalCount: number } }>(
      '{ jobs(filter: { task: "embed-dataset" }) { totalCount } }',
    );
    expect(jobs.totalCount).toBe(1);
  });

  it('replays what a dropped socket missed: every event once, in order', async () => {
    const seqs: number[] = [];
    const epochs: number[] = [];
    let status = '';
    for (let socket = 0; status !== 'SUCCEEDED'; socket++) {
      expect(socket).toBeLessThan(1000);
      // Each socket but the late ones is cut after three events, with no word to the server.
      const limit = socket < 5 ? 3 : Number.POSITIVE_INFINITY;
      for await (const event of rawEvents(runIds.CONCAT!, seqs.at(-1) ?? 0, limit)) {
        seqs.push(event.seq);
        if (event.epoch) epochs.push(event.epoch.epoch);
        status = event.status;
        expect(status).not.toBe('FAILED');
      }
    }
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(epochs).toEqual(epochs.map((_, index) => index + 1));
  }, 240_000);

  it('keeps metrics that beat chance, with more in both modalities than in photos alone', async () => {
    const final: Record<string, { meanAveragePrecision: number }> = {};
    for (const [kind, id] of Object.entries(runIds)) {
      for await (const _ of client.subscribe(
        'subscription ($id: ID!) { runEvents(runId: $id) { seq } }',
        { id },
      ));
      const { run } = await client.request<{
        run: { status: string; final: { meanAveragePrecision: number }; labelMetrics: unknown[] };
      }>(
        'query ($id: ID!) { run(id: $id) { status final { meanAveragePrecision } labelMetrics { support } } }',
        { id },
      );
      expect(run.status).toBe('SUCCEEDED');
      expect(run.labelMetrics).toHaveLength(18);
      final[kind] = run.final;
    }
    expect(final.IMAGE_ONLY!.meanAveragePrecision).toBeGreaterThan(0.2);
    expect(final.CONCAT!.meanAveragePrecision).toBeGreaterThan(
      final.IMAGE_ONLY!.meanAveragePrecision,
    );
  }, 240_000);

  it('predicts the same after a restart', async () => {
    await client.request(
      'mutation ($id: ID!) { registerModel(runId: $id, name: "photos") { id } }',
      { id: runIds.CONCAT },
    );
    await client.request(
      'mutation { setAlias(model: "photos", alias: "champion", version: 1) { id } }',
    );
    prediction = await predict(client);
    await server.stop();
    server = await ServerProcess.start(server.options);
    client = await server.client();
    expect(await predict(client)).toEqual(prediction);
  }, 120_000);

  it('compares two encoders, one of them from a folder, in one experiment', async () => {
    const { addEncoder } = await client.request<{ addEncoder: { id: string } }>(
      'mutation { addEncoder(directory: "tiny") { id } }',
    );
    expect((await collect(client, addEncoder.id)).at(-1)?.status).toBe('SUCCEEDED');
    const { startExperiment } = await client.request<{ startExperiment: { id: string } }>(
      'mutation ($input: ExperimentInput!) { startExperiment(input: $input) { id } }',
      {
        input: {
          datasetId,
          encoders: [{ encoderId: 'clipwright/clip-mini' }, { encoderId: 'local/tiny' }],
          fusions: [{ kind: 'IMAGE_ONLY' }, { kind: 'CONCAT' }],
          seeds: [1, 2],
        },
      },
    );
    for await (const _ of client.subscribe(
      'subscription ($id: ID!) { experimentEvents(id: $id) { seq } }',
      { id: startExperiment.id },
    ));
    const { experiment } = await client.request<{
      experiment: {
        status: string;
        embeddingSets: { status: string; imageCount: number; encoder: { id: string } }[];
        report: {
          cells: {
            complete: boolean;
            embeddingSet: { encoder: { id: string } };
            config: { fusion: { kind: string } };
          }[];
          effects: {
            axis: string;
            meanAveragePrecision: number;
            embeddingSet: { encoder: { id: string } } | null;
          }[];
        };
      };
    }>(
      `query ($id: ID!) { experiment(id: $id) { status
         embeddingSets { status imageCount encoder { id } }
         report { cells { complete embeddingSet { encoder { id } } config { fusion { kind } } }
           effects { axis meanAveragePrecision embeddingSet { encoder { id } } } } } }`,
      { id: startExperiment.id },
    );
    expect(experiment.status).toBe('SUCCEEDED');
    expect(experiment.embeddingSets.map(({ encoder, ...set }) => [encoder.id, set])).toEqual([
      ['clipwright/clip-mini', { status: 'SUCCEEDED', imageCount: expect.any(Number) }],
      ['local/tiny', { status: 'SUCCEEDED', imageCount: experiment.embeddingSets[0]!.imageCount }],
    ]);
    expect(experiment.report.cells).toHaveLength(4);
    expect(experiment.report.cells.every(({ complete }) => complete)).toBe(true);
    // The other's weights are random.
    const effects = experiment.report.effects.filter(({ axis }) => axis === 'ENCODER');
    expect(effects.map(({ embeddingSet }) => embeddingSet!.encoder.id)).toEqual([
      'clipwright/clip-mini',
      'local/tiny',
    ]);
    expect(effects[0]!.meanAveragePrecision).toBeGreaterThan(effects[1]!.meanAveragePrecision);
  }, 480_000);

  async function predict(api: ApiClient): Promise<unknown> {
    const base64 = (await readFile(path.join(photos, 'images', '18.jpg'))).toString('base64');
    return api.request(
      `query ($inputs: [PredictInput!]!) { predict(model: "photos@champion", inputs: $inputs) {
         key labels { label { name } score threshold } scores { label { key } score } } }`,
      { inputs: [{ key: 'a', text: 'two women with a suitcase beside a car', image: { base64 } }] },
    );
  }

  interface RawEvent {
    seq: number;
    status: string;
    epoch: { epoch: number } | null;
  }

  /** Events over a socket of its own, which is destroyed, not closed, after `limit` of them. */
  async function* rawEvents(runId: string, after: number, limit: number): AsyncGenerator<RawEvent> {
    let socket: WebSocket | undefined;
    class Tracked extends WebSocket {
      constructor(address: string | URL, protocols?: string | string[]) {
        super(address, protocols);
        socket = this;
      }
    }
    const ws = createClient({
      url: new URL('/graphql', client.url).href.replace(/^http/, 'ws'),
      webSocketImpl: Tracked,
      connectionParams: { authorization: `Bearer ${client.token}` },
      retryAttempts: 0,
      onNonLazyError: () => {},
    });
    let count = 0;
    try {
      for await (const { data } of ws.iterate<{ runEvents: RawEvent }>({
        query:
          'subscription ($id: ID!, $after: Int) { runEvents(runId: $id, after: $after) { seq status epoch { epoch } } }',
        variables: { id: runId, after },
      })) {
        yield data!.runEvents;
        count++;
        if (count >= limit) socket?.terminate();
        if (count >= limit) return;
      }
    } finally {
      await ws.dispose();
    }
  }
});

async function collect(
  client: ApiClient,
  jobId: string,
): Promise<{ seq: number; status: string }[]> {
  const events: { seq: number; status: string }[] = [];
  for await (const { jobEvents } of client.subscribe<{
    jobEvents: { seq: number; status: string };
  }>('subscription ($id: ID!) { jobEvents(jobId: $id) { seq status } }', { id: jobId })) {
    events.push(jobEvents);
  }
  return events;
}
