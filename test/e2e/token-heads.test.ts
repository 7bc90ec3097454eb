import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../src/demo/api-client.js';
import { CLIP_FIXTURES, TINY_CLIP } from '../support/clip/fixtures.js';
import { tinyClipWithTokens } from '../support/clip/with-token-output.js';
import { ServerProcess } from '../support/server-process.js';

/** By label: captions and photos that a head can tell apart. */
const KINDS = [
  { label: 'dog', caption: 'a photo of a DOG, number', image: 'syn-rgb16.png' },
  { label: 'snow', caption: 'black and white portrait in the snow:', image: 'quirk-palette.png' },
];
const SAMPLES = 60;
const ENCODER = 'local/tiny-clip';
const TOKEN_QUERY = { kind: 'TOKEN_QUERY', width: 16, heads: 2 };

describe('a head over tokens', () => {
  let work: string;
  let server: ServerProcess;
  let client: ApiClient;
  let datasetId: string;

  beforeAll(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'clipwright-token-heads-'));
    const importRoot = path.join(work, 'import');
    await mkdir(path.join(importRoot, 'set'), { recursive: true });
    await tinyClipWithTokens(path.join(importRoot, 'tiny-clip'));
    for (const { image } of KINDS) {
      await cp(path.join(CLIP_FIXTURES, 'images', image), path.join(importRoot, 'set', image));
    }
    // Every fifth lacks its caption.
    const rows = Array.from({ length: SAMPLES }, (_, i) => {
      const { label, caption, image } = KINDS[i % 2]!;
      return `${i},${image},${i % 5 === 4 ? '' : `"${caption} ${i}"`},${label}`;
    });
    await writeFile(
      path.join(importRoot, 'set/table.csv'),
      ['key,image,caption,labels', ...rows].join('\n'),
    );
    server = await ServerProcess.start({ data: path.join(work, 'data'), importRoot });
    client = await server.client();
    const { addEncoder } = await client.request<{ addEncoder: { id: string } }>(
      'mutation { addEncoder(directory: "tiny-clip") { id } }',
    );
    await ended('jobEvents(jobId: $id)', addEncoder.id);
    const { importDataset } = await client.request<{
      importDataset: { job: { id: string }; dataset: { id: string } };
    }>(
      `mutation { importDataset(input: { name: "set", source: { directory: "set", table: "table.csv" } })
         { job { id } dataset { id } } }`,
    );
    await ended('jobEvents(jobId: $id)', importDataset.job.id);
    datasetId = importDataset.dataset.id;
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await rm(work, { recursive: true, force: true });
  });

  /** Follows events to their end. */
  async function ended(events: string, id: string): Promise<void> {
    const subscription = `subscription ($id: ID!) { ${events} { seq } }`;
    for await (const _ of client.subscribe(subscription, { id }));
  }

  function startRun(encoderId: string, config: object) {
    return client.request<{ startRun: { id: string } }>(
      'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
      { input: { datasetId, encoderId, config } },
    );
  }

  it('is refused with an encoder that was exported without tokens, and beside other fusions', async () => {
    const { encoders } = await client.request<{ encoders: { id: string; tokens: string[] }[] }>(
      '{ encoders { id tokens } }',
    );
    const tokens = new Map(encoders.map((encoder) => [encoder.id, encoder.tokens]));
    expect(tokens.get(ENCODER)).toEqual(['IMAGE', 'TEXT']);
    expect(tokens.get('clipwright/clip-mini')).toEqual([]);
    await expect(startRun('clipwright/clip-mini', { head: TOKEN_QUERY })).rejects.toThrow(
      'was exported without tokens of images',
    );
    await expect(
      startRun(ENCODER, { head: TOKEN_QUERY, fusion: { kind: 'GATED' } }),
    ).rejects.toThrow('expected one of IMAGE_ONLY, TEXT_ONLY, CONCAT');
  });

  it('has the tokens embedded, trains on them, and predicts with a photo, a caption or both', async () => {
    const fusion = { kind: 'CONCAT', modalityDropout: 0.5 };
    // By the mean average precision of a few samples the first epoch would be the best.
    const earlyStopping = { metric: 'VALIDATION_LOSS', patience: 20 };
    const config = { head: TOKEN_QUERY, fusion, batchSize: 8, epochs: 20, earlyStopping };
    const runId = (await startRun(ENCODER, config)).startRun.id;
    await ended('runEvents(runId: $id)', runId);
    const { run } = await client.request<{ run: object }>(
      `query ($id: ID!) { run(id: $id) { status error { message } final { meanAveragePrecision }
         datasetVersion { embeddingSets { hasTokens imageCount textCount } } } }`,
      { id: runId },
    );
    expect(run).toEqual({
      status: 'SUCCEEDED',
      error: null,
      final: { meanAveragePrecision: 1 },
      datasetVersion: {
        embeddingSets: [{ hasTokens: true, imageCount: SAMPLES, textCount: 48 }],
      },
    });
    await client.request(
      'mutation ($id: ID!) { registerModel(runId: $id, name: "kinds") { id } }',
      { id: runId },
    );
    const inputs = await Promise.all(
      KINDS.flatMap(async ({ caption, image }) => {
        const bytes = await readFile(path.join(CLIP_FIXTURES, 'images', image));
        const photo = { image: { base64: bytes.toString('base64') } };
        const text = { text: `${caption} 1000` };
        return [photo, text, { ...photo, ...text }];
      }),
    );
    const { predict } = await client.request<{
      predict: { labels: { label: { name: string } }[] }[];
    }>(
      'query ($inputs: [PredictInput!]!) { predict(model: "kinds@latest", inputs: $inputs) { labels { label { name } } } }',
      { inputs: inputs.flat() },
    );
    expect(predict.map(({ labels }) => labels.map(({ label }) => label.name))).toEqual(
      KINDS.flatMap(({ label }) => [[label], [label], [label]]),
    );
  }, 120_000);

  it('predicts for a dataset as it does for single inputs, and is bundled', async () => {
    const { dataset } = await client.request<{
      dataset: { latestVersion: { id: string } };
    }>('query ($id: ID!) { dataset(id: $id) { latestVersion { id } } }', { id: datasetId });
    const { predictDataset } = await client.request<{
      predictDataset: { id: string; job: { id: string } };
    }>(
      `mutation ($id: ID!) { predictDataset(input: { model: "kinds/1", datasetVersionId: $id }) { id job { id } } }`,
      { id: dataset.latestVersion.id },
    );
    await ended('jobEvents(jobId: $id)', predictDataset.job.id);
    const { batchPrediction } = await client.request<{
      batchPrediction: {
        status: string;
        sampleCount: number;
        predictions: {
          nodes: {
            sample: { id: string; caption: string | null };
            scores: { score: number }[];
          }[];
        };
      };
    }>(
      `query ($id: ID!) { batchPrediction(id: $id) { status sampleCount
         predictions(first: 60) { nodes { sample { id caption } scores { score } } } } }`,
      { id: predictDataset.id },
    );
    expect(batchPrediction).toMatchObject({ status: 'SUCCEEDED', sampleCount: SAMPLES });
    const { nodes } = batchPrediction.predictions;
    const { predict } = await client.request<{ predict: { scores: { score: number }[] }[] }>(
      `query ($inputs: [PredictInput!]!) { predict(model: "kinds/1", inputs: $inputs) { scores { score } } }`,
      {
        inputs: nodes.map(({ sample }) => ({
          text: sample.caption,
          image: { sampleId: sample.id },
        })),
      },
    );
    nodes.forEach(({ scores }, row) => {
      scores.forEach(({ score }, label) => {
        expect(predict[row]!.scores[label]!.score).toBeCloseTo(score, 5);
      });
    });
    const { modelVersion } = await client.request<{ modelVersion: { bundleUrl: string } }>(
      '{ modelVersion(ref: "kinds/1") { bundleUrl } }',
    );
    const bundle = await fetch(new URL(modelVersion.bundleUrl, server.url));
    expect(bundle.status).toBe(200);
    expect((await bundle.arrayBuffer()).byteLength).toBe(
      Number(bundle.headers.get('content-length')),
    );
  }, 120_000);

  it('stands in one experiment beside heads over pooled vectors', async () => {
    const { startExperiment } = await client.request<{ startExperiment: { id: string } }>(
      'mutation ($input: ExperimentInput!) { startExperiment(input: $input) { id } }',
      {
        input: {
          datasetId,
          encoderId: ENCODER,
          heads: [{ kind: 'LINEAR' }, TOKEN_QUERY, { kind: 'ZERO_SHOT' }],
          seeds: [1, 2],
          config: { fusion: { kind: 'TEXT_ONLY' }, epochs: 5 },
        },
      },
    );
    await ended('experimentEvents(id: $id)', startExperiment.id);
    const { experiment } = await client.request<{
      experiment: {
        status: string;
        embeddingSets: { hasTokens: boolean }[];
        cells: {
          nodes: { config: { head: { kind: string } }; runs: { run: { id: string } | null }[] }[];
        };
      };
    }>(
      `query ($id: ID!) { experiment(id: $id) { status embeddingSets { hasTokens }
         cells(first: 3) { nodes { config { head { kind } } runs { run { id } } } } } }`,
      { id: startExperiment.id },
    );
    expect(experiment.status).toBe('SUCCEEDED');
    expect(experiment.embeddingSets).toEqual([{ hasTokens: true }]);
    const runsOf = (kind: string) =>
      experiment.cells.nodes
        .filter(({ config }) => config.head.kind === kind)
        .flatMap(({ runs }) => runs.map(({ run }) => run!));
    const [ofTokens, others] = [runsOf('TOKEN_QUERY'), runsOf('LINEAR')];
    const ensemble = (members: { id: string }[]) =>
      client.request(
        'mutation ($input: CreateEnsembleInput!) { createEnsemble(input: $input) { id } }',
        { input: { name: 'mean', runIds: members.map(({ id }) => id) } },
      );
    await expect(ensemble([ofTokens[0]!, others[0]!])).rejects.toThrow(
      'of tokens where others are not',
    );
    await ensemble(ofTokens);
    const { predict } = await client.request<{ predict: { scores: object[] }[] }>(
      '{ predict(model: "mean/1", inputs: [{ text: "a dog" }]) { scores { score } } }',
    );
    expect(predict[0]!.scores).toHaveLength(KINDS.length);
  }, 120_000);

  it('is not extended to modalities that an encoder has no tokens of', async () => {
    const folder = path.join(work, 'import/words');
    await tinyClipWithTokens(folder);
    const vision = 'onnx/vision_model.onnx';
    await cp(path.join(TINY_CLIP, vision), path.join(folder, vision));
    const { addEncoder } = await client.request<{ addEncoder: { id: string } }>(
      'mutation { addEncoder(directory: "words") { id } }',
    );
    await ended('jobEvents(jobId: $id)', addEncoder.id);
    const { startExperiment } = await client.request<{ startExperiment: { id: string } }>(
      'mutation ($input: ExperimentInput!) { startExperiment(input: $input) { id } }',
      {
        input: {
          datasetId,
          encoderId: 'local/words',
          heads: [TOKEN_QUERY],
          seeds: [1],
          config: { fusion: { kind: 'TEXT_ONLY' }, epochs: 2 },
        },
      },
    );
    await ended('experimentEvents(id: $id)', startExperiment.id);
    const extend = (more: object) =>
      client.request(
        'mutation ($input: ExtendExperimentInput!) { extendExperiment(input: $input) { id } }',
        { input: { id: startExperiment.id, ...more } },
      );
    await expect(extend({ fusions: [{ kind: 'CONCAT' }] })).rejects.toThrow('tokens of images');
    await extend({ seeds: [2] });
  }, 120_000);
});
