import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../src/demo/api-client.js';
import { CLIP_FIXTURES } from '../support/clip/fixtures.js';
import { catalogued } from '../support/hub/catalogued.js';
import { LocalHub, silentAfter } from '../support/hub/local-hub.js';
import { tinyFiles } from '../support/hub/tiny-files.js';
import { ServerProcess } from '../support/server-process.js';
import { processTree } from './kill-trials/process-tree.js';

const ENCODER = 'someone/tiny';
const VISION = 'onnx/vision_model.onnx';
/** Takes seconds to embed: the worker is killed after the first of them. */
const CAPTIONS = 8000;

describe.skipIf(process.platform !== 'linux')(
  'an encoder from the hub, with workers killed',
  () => {
    let work: string;
    let hub: LocalHub;
    let server: ServerProcess;
    let client: ApiClient;

    beforeAll(async () => {
      work = await mkdtemp(path.join(tmpdir(), 'clipwright-encoders-'));
      hub = await LocalHub.start(ENCODER, tinyFiles());
      const catalogue = path.join(work, 'catalogue.json');
      await writeFile(catalogue, JSON.stringify({ encoders: [catalogued(ENCODER)] }));
      await mkdir(path.join(work, 'import/captions'), { recursive: true });
      await cp(
        path.join(CLIP_FIXTURES, 'images/syn-gray.jpg'),
        path.join(work, 'import/captions/photo.jpg'),
      );
      const rows = Array.from(
        { length: CAPTIONS },
        (_, i) => `${i},photo.jpg,caption number ${i},${'ab'[i % 2]}`,
      );
      await writeFile(
        path.join(work, 'import/captions/table.csv'),
        ['key,image,caption,labels', ...rows].join('\n'),
      );
      server = await ServerProcess.start({
        data: path.join(work, 'data'),
        importRoot: path.join(work, 'import'),
        env: {
          CLIPWRIGHT_CATALOGUE: catalogue,
          HF_ENDPOINT: hub.endpoint,
          HF_TOKEN: 'hf_for_the_hub_alone',
        },
      });
      client = await server.client();
    });
    afterAll(async () => {
      await server?.stop();
      await hub?.stop();
      await rm(work, { recursive: true, force: true });
    });

    async function until<T>(what: string, read: () => Promise<T | null | false>): Promise<T> {
      for (const deadline = Date.now() + 60_000; ; await sleep(50)) {
        const found = await read();
        if (found) return found;
        if (Date.now() > deadline) throw new Error(`still waiting for ${what}\n${server.output}`);
      }
    }

    async function encoder() {
      const { encoders } = await client.request<{
        encoders: { id: string; status: string; job: { status: string; attempt: number } | null }[];
      }>('{ encoders { id status job { status attempt } } }');
      return encoders.find(({ id }) => id === ENCODER)!;
    }

    /** What has come of the vision tower. */
    async function partBytes(): Promise<number> {
      const folder = path.join(work, 'data/hub/.partial', ENCODER);
      const names = await readdir(folder).catch(() => []);
      // The tower is by far the largest.
      const sizes = names.map(async (name) => (await stat(path.join(folder, name))).size);
      return Math.max(0, ...(await Promise.all(sizes).catch(() => [])));
    }

    /** The server starts another. */
    function killWorker(): void {
      const worker = processTree(server.child.pid!).find(({ name }) => name === 'worker');
      process.kill(worker!.pid, 'SIGKILL');
    }

    it('is downloaded, from where the killed worker left off', async () => {
      expect(await encoder()).toMatchObject({ status: 'AVAILABLE', job: null });
      hub.answer(VISION, silentAfter(400_000));
      await client.request(`mutation { downloadEncoder(id: "${ENCODER}") { id } }`);
      await until('half the vision tower', async () => (await partBytes()) >= 300_000);
      killWorker();
      // The encoder is there a moment before the job is over.
      await until('its end', async () => (await encoder()).job?.status === 'SUCCEEDED');
      expect(await encoder()).toMatchObject({ status: 'READY', job: { attempt: 2 } });
      expect(hub.fetched(VISION).at(-1)!.range).toMatch(/^bytes=\d+-$/);
      const sent = (host: string) =>
        new Set(hub.seen.filter((each) => each.host === host).map((each) => each.authorization));
      expect(sent('hub')).toEqual(new Set(['Bearer hf_for_the_hub_alone']));
      expect(sent('cdn')).toEqual(new Set([undefined]));
    });

    it("embeds beside the program's own, with the worker killed in the middle", async () => {
      const { importDataset } = await client.request<{
        importDataset: { dataset: { id: string } };
      }>(
        `mutation { importDataset(input: { name: "captions", source: { directory: "captions", table: "table.csv" } })
         { dataset { id } } }`,
      );
      const version = () =>
        client.request<{
          dataset: {
            latestVersion: {
              id: string;
              embeddingSets: {
                status: string;
                textCount: number;
                computedCount: number;
                encoder: { id: string };
                job: { attempt: number };
              }[];
            } | null;
          };
        }>(
          `query ($id: ID!) { dataset(id: $id) { latestVersion { id
           embeddingSets { status textCount computedCount encoder { id } job { attempt } } } } }`,
          { id: importDataset.dataset.id },
        );
      const sets = async () => (await version()).dataset.latestVersion!.embeddingSets;
      const { id } = await until('the import', async () => (await version()).dataset.latestVersion);
      const embed = (encoderId: string) =>
        client.request(
          'mutation ($id: ID!, $encoderId: ID!) { embedDataset(datasetVersionId: $id, encoderId: $encoderId) { id } }',
          { id, encoderId },
        );
      await embed(ENCODER);
      await until('the first captions', async () => (await sets())[0]!.computedCount > 1);
      killWorker();
      await embed('clipwright/clip-mini');
      await until('both sets', async () =>
        (await sets()).every(({ status }) => status === 'SUCCEEDED'),
      );
      const done = await sets();
      expect(done.map(({ textCount }) => textCount)).toEqual([CAPTIONS, CAPTIONS]);
      expect(done.find((set) => set.encoder.id === ENCODER)!.job.attempt).toBe(2);
      expect(done.map((set) => set.encoder.id).sort()).toEqual(['clipwright/clip-mini', ENCODER]);
    });
  },
);
