import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../src/demo/api-client.js';
import { CLIP_FIXTURES } from '../support/clip/fixtures.js';
import { TINY_SIGLIP } from '../support/clip/siglip-fixtures.js';
import { catalogued } from '../support/hub/catalogued.js';
import { LocalHub } from '../support/hub/local-hub.js';
import { ServerProcess } from '../support/server-process.js';

const ENCODER = 'someone/siglip';
const { files, ...rest } = catalogued(ENCODER);
const shared = [...files.shared, 'tokenizer_config.json'];
const ENTRY = {
  ...rest,
  family: 'SIGLIP',
  dimension: 24,
  imageSize: 32,
  contextLength: 64,
  files: { shared, FP32: files.FP32 },
};
/** By label: captions and photos that a head can tell apart. */
const KINDS = [
  { label: 'dog', caption: 'a photo of a DOG, number', image: 'syn-rgb16.png' },
  { label: 'snow', caption: 'black and white portrait in the snow:', image: 'quirk-palette.png' },
];
const SAMPLES = 60;

describe('a SigLIP', () => {
  let work: string;
  let hub: LocalHub;
  let server: ServerProcess;
  let client: ApiClient;

  beforeAll(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'clipwright-siglip-'));
    const names = [...shared, ...files.FP32];
    const contents = names.map(
      async (name) => [name, await readFile(path.join(TINY_SIGLIP, name))] as const,
    );
    hub = await LocalHub.start(ENCODER, Object.fromEntries(await Promise.all(contents)));
    const catalogue = path.join(work, 'catalogue.json');
    await writeFile(catalogue, JSON.stringify({ encoders: [ENTRY] }));
    const importRoot = path.join(work, 'import');
    await cp(TINY_SIGLIP, path.join(importRoot, 'tiny-siglip'), { recursive: true });
    await mkdir(path.join(importRoot, 'set'));
    for (const { image } of KINDS) {
      await cp(path.join(CLIP_FIXTURES, 'images', image), path.join(importRoot, 'set', image));
    }
    const rows = Array.from({ length: SAMPLES }, (_, i) => {
      const { label, caption, image } = KINDS[i % 2]!;
      return `${i},${image},"${caption} ${i}",${label}`;
    });
    await writeFile(
      path.join(importRoot, 'set/table.csv'),
      ['key,image,caption,labels', ...rows].join('\n'),
    );
    server = await ServerProcess.start({
      data: path.join(work, 'data'),
      importRoot,
      env: { CLIPWRIGHT_CATALOGUE: catalogue, HF_ENDPOINT: hub.endpoint },
    });
    client = await server.client();
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await hub?.stop();
    await rm(work, { recursive: true, force: true });
  });

  /** Asks for a job and waits for its end. */
  async function job(mutation: string): Promise<void> {
    const { asked } = await client.request<{ asked: { id: string } }>(mutation);
    let status = '';
    for await (const { jobEvents } of client.subscribe<{ jobEvents: { status: string } }>(
      'subscription ($id: ID!) { jobEvents(jobId: $id) { status } }',
      { id: asked.id },
    )) {
      status = jobEvents.status;
    }
    expect(status).toBe('SUCCEEDED');
  }

  it('comes from the catalogue, and from a folder, as the same encoder', async () => {
    await job(`mutation { asked: downloadEncoder(id: "${ENCODER}") { id } }`);
    await job('mutation { asked: addEncoder(directory: "tiny-siglip") { id } }');
    const { encoders } = await client.request<{ encoders: { id: string; revision: string }[] }>(
      '{ encoders { id status problem dimension contextLength revision } }',
    );
    const [local, downloaded] = ['local/tiny-siglip', ENCODER].map((wanted) =>
      encoders.find(({ id }) => id === wanted),
    );
    const known = { status: 'READY', problem: null, dimension: 24, contextLength: 64 };
    expect(downloaded).toMatchObject({ ...known, revision: local!.revision });
    expect(local).toMatchObject(known);
  }, 60_000);

  it('embeds a dataset, trains, and predicts', async () => {
    const { importDataset } = await client.request<{
      importDataset: { job: { id: string }; dataset: { id: string } };
    }>(
      `mutation { importDataset(input: { name: "set", source: { directory: "set", table: "table.csv" } })
         { job { id } dataset { id } } }`,
    );
    for await (const _ of client.subscribe(
      'subscription ($id: ID!) { jobEvents(jobId: $id) { seq } }',
      { id: importDataset.job.id },
    ));
    const { startRun } = await client.request<{ startRun: { id: string } }>(
      'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
      {
        input: {
          datasetId: importDataset.dataset.id,
          encoderId: 'local/tiny-siglip',
          config: { fusion: { kind: 'CONCAT' } },
        },
      },
    );
    for await (const _ of client.subscribe(
      'subscription ($id: ID!) { runEvents(runId: $id) { seq } }',
      { id: startRun.id },
    ));
    const { run } = await client.request<{ run: object }>(
      'query ($id: ID!) { run(id: $id) { status error { message } final { meanAveragePrecision } } }',
      { id: startRun.id },
    );
    expect(run).toMatchObject({ status: 'SUCCEEDED', final: { meanAveragePrecision: 1 } });
    await client.request(
      'mutation ($id: ID!) { registerModel(runId: $id, name: "kinds") { id } }',
      { id: startRun.id },
    );
    const inputs = await Promise.all(
      KINDS.map(async ({ caption, image }) => {
        const bytes = await readFile(path.join(CLIP_FIXTURES, 'images', image));
        return { text: `${caption} 1000`, image: { base64: bytes.toString('base64') } };
      }),
    );
    const { predict } = await client.request<{
      predict: { labels: { label: { name: string } }[] }[];
    }>(
      'query ($inputs: [PredictInput!]!) { predict(model: "kinds@latest", inputs: $inputs) { labels { label { name } } } }',
      { inputs },
    );
    expect(predict.map(({ labels }) => labels.map(({ label }) => label.name))).toEqual(
      KINDS.map(({ label }) => [label]),
    );
  }, 120_000);

  it('scores labels that nothing was trained for: a text is nearest to itself', async () => {
    const names = KINDS.map(({ caption }) => caption);
    const { zeroShot } = await client.request<{
      zeroShot: { scores: { share: number; relevance: number; similarity: number }[] }[];
    }>(
      `query ($labels: [ZeroShotLabel!]!, $inputs: [PredictInput!]!) {
         zeroShot(encoderId: "${ENCODER}", labels: $labels, inputs: $inputs) { scores { share relevance similarity } } }`,
      {
        labels: names.map((name) => ({ name, prompts: ['{}'] })),
        inputs: names.map((text) => ({ text })),
      },
    );
    zeroShot.forEach(({ scores }, at) => {
      expect(scores[at]!.similarity).toBeCloseTo(1, 5);
      expect(scores[at]!.share).toBeGreaterThan(0.5);
      expect(scores[at]!.relevance).toBeGreaterThan(0.5);
      expect(scores[1 - at]!.similarity).toBeLessThan(0.99);
    });
  }, 60_000);
});
