import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Download, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeScenes } from '../../../src/demo/write-scenes.js';
import { ServerProcess } from '../../support/server-process.js';
import { importFolder, pointAlias, registerRun, trainRun } from './prepare.js';
import { CHROMIUM, openVisit, seriousFindings, type Visit } from './visit.js';

const SCENES = 120;
/** Playwright waits so long for what it clicks on and reads. */
const PATIENCE_MS = 60_000;

describe.skipIf(!CHROMIUM)(
  'what the dashboard does with data and models (skipped where Chromium is not installed)',
  () => {
    let work: string;
    let server: ServerProcess;
    let visit: Visit;
    let datasetId: string;
    let photo: string;
    let sockets: WebSocketRoute[];
    const text = (pattern: RegExp | string) => visit.page.getByText(pattern).first();
    const button = (name: string | RegExp) => visit.page.getByRole('button', { name }).first();
    const open = (address: string) => visit.page.goto(`${server.url}${address}`);

    beforeAll(async () => {
      work = await mkdtemp(path.join(tmpdir(), 'clipwright-data-pages-'));
      const importRoot = path.join(work, 'import');
      const folder = path.join(importRoot, 'scenes');
      await writeScenes(folder, { count: SCENES, seed: 11 });
      photo = path.join(folder, 'images', (await readdir(path.join(folder, 'images')))[0]!);
      server = await ServerProcess.start({ data: path.join(work, 'data'), importRoot });
      const client = await server.client();
      datasetId = await importFolder(client, 'scenes');
      for (const [name, kind] of [
        ['both', 'CONCAT'],
        ['words', 'TEXT_ONLY'],
      ] as const) {
        const config = { epochs: 6, fusion: { kind } };
        const runId = await trainRun(client, { datasetId, name, config });
        await registerRun(client, runId, 'scenes');
      }
      await pointAlias(client, { model: 'scenes', alias: 'champion', version: 1 });
      visit = await openVisit();
      visit.page.setDefaultTimeout(PATIENCE_MS);
      sockets = [];
      await visit.page.routeWebSocket(/\/graphql$/, (socket) => {
        sockets.push(socket);
        socket.connectToServer();
      });
      await visit.page.goto(/sign in by (\S+)/.exec(server.output.join('\n'))![1]!);
    });
    afterAll(async () => {
      await visit?.close();
      await server?.stop();
      await rm(work, { recursive: true, force: true });
    });

    test('samples are searched by words, and what is similar to one does not list it', async () => {
      await open(`/datasets/${datasetId}?tab=search`);
      await visit.page.getByLabel('Words').fill('an umbrella');
      await button('Search').click();
      await text(/^relevance|^similarity/).waitFor();
      expect(visit.page.url()).toContain('query=an+umbrella');
      await visit.page.locator('main a[href*="/samples/"]').first().click();
      const key = await visit.page.getByRole('heading', { level: 1 }).innerText();
      await visit.page.getByRole('link', { name: /Similar samples/ }).click();
      await text(/^relevance|^similarity/).waitFor();
      expect(await visit.page.locator(`main img[alt="${key}"]`).count()).toBe(0);
    });

    test('a photo of one’s own finds itself first', async () => {
      await open('/try?tab=search');
      await visit.page.locator('input[type=file]').setInputFiles(photo);
      await button('Search').click();
      await visit.page.locator('main a[href*="/samples/"]').first().click();
      const key = path.basename(photo, path.extname(photo));
      await visit.page.getByRole('heading', { level: 1, name: key }).waitFor();
    });

    test('labels of one’s own are scored for a caption, the named one highest', async () => {
      await open('/try?tab=labels');
      await visit.page.getByLabel('Caption', { exact: true }).fill('An umbrella by the sea.');
      await visit.page.getByRole('textbox', { name: 'Labels' }).fill('umbrella\ncar\numbrella');
      await button('Compare with the labels').click();
      const labels = visit.page.locator('tbody th');
      await labels.first().waitFor();
      expect(await labels.allInnerTexts()).toEqual(['umbrella', 'car']);
    });

    test('near-duplicates are listed from the similarity that is chosen, with their splits', async () => {
      await open(`/datasets/${datasetId}?tab=duplicates`);
      await text(/^\d+ pairs?$/).waitFor();
      await visit.page.getByRole('combobox', { name: 'Similarity from' }).click();
      await visit.page.getByRole('option', { name: '0.8', exact: true }).click();
      await text(/^Similarity (0\.[89]|1\.)/).waitFor();
      await visit.page.getByLabel('Only in different splits').click();
      await text('In different splits').waitFor();
      expect(visit.page.url()).toMatch(/from=0\.8.*across=yes/);
    });

    test('a prediction of a whole version is started, followed to its end, read and saved', async () => {
      await open('/predictions');
      await button('New prediction').click();
      await visit.page.getByRole('combobox', { name: 'Model' }).waitFor();
      await button('Start the prediction').click();
      await visit.page.getByRole('heading', { name: /scenes v1 by scenes\/1/ }).waitFor();
      await text(`${SCENES} samples predicted`).waitFor();
      await visit.page.locator('tbody img').first().waitFor();
      const everything = await contentOf(() => button('Download').click());
      expect(everything.trim().split(/\r?\n/)).toHaveLength(SCENES + 1);
      await visit.page.getByLabel('Columns of my own').click();
      await visit.page.getByLabel('Name of the column').first().fill('file');
      const columns = await contentOf(() => button('Download').click());
      expect(columns.split(/\r?\n/)[0]).toBe('file,Labels');
    });

    test('a socket that drops is said, and what was followed goes on', async () => {
      await open('/');
      await text('Running').waitFor();
      await expect.poll(() => sockets.length).toBeGreaterThan(0);
      await sockets.at(-1)!.close({ code: 1011, reason: 'the test drops it' });
      await text('Reconnecting').waitFor();
      await text('Reconnecting').waitFor({ state: 'detached' });
      const client = await server.client();
      const config = { epochs: 2, fusion: { kind: 'IMAGE_ONLY' } };
      await trainRun(client, { datasetId, name: 'after the drop', config });
      await visit.page.getByRole('link', { name: 'after the drop' }).waitFor();
    });

    test('an alias is moved after a look at metrics and thresholds, and the bundle is fetched', async () => {
      await open('/models/scenes');
      await visit.page
        .getByRole('row', { name: /champion/ })
        .getByRole('button', { name: 'Move', exact: true })
        .click();
      const dialog = visit.page.getByRole('dialog');
      await dialog.getByRole('cell', { name: 'mAP' }).waitFor();
      await dialog.getByRole('columnheader', { name: 'Threshold of' }).waitFor();
      await dialog.getByRole('button', { name: 'Move it to version 2' }).click();
      await visit.page.getByRole('row', { name: 'champion 2' }).waitFor();
      await text('Has predicted').waitFor();
      const bundle = await saved(() =>
        visit.page.getByRole('link', { name: 'Download bundle' }).first().click(),
      );
      const bytes = await readFile(await bundle.path());
      expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    });

    test('everything is reached by keyboard, and a dialog gives the focus back', async () => {
      await open('/predictions');
      await button('New prediction').waitFor();
      await visit.page.keyboard.press('Tab');
      expect(await focused()).toBe('Skip to the content');
      await visit.page.keyboard.press('Enter');
      await visit.page.keyboard.press('Tab');
      expect(await focused()).toBe('New prediction');
      await visit.page.keyboard.press('Enter');
      await visit.page.getByRole('combobox', { name: 'Model' }).waitFor();
      await visit.page.keyboard.press('Escape');
      await visit.page.getByRole('dialog').waitFor({ state: 'detached' });
      await expect.poll(focused).toBe('New prediction');
    });

    test('on a narrow screen no page is wider than it, and the navigation opens', async () => {
      await visit.page.setViewportSize({ width: 390, height: 800 });
      const tooWide: string[] = [];
      for (const address of await addresses()) {
        await open(address);
        await visit.page.locator('h1').waitFor();
        await visit.page.waitForLoadState('networkidle');
        const width = await visit.page.evaluate('document.documentElement.scrollWidth');
        if ((width as number) > 390) tooWide.push(`${address}: ${width}`);
      }
      expect(tooWide).toEqual([]);
      await visit.page.getByRole('button', { name: 'Open the navigation' }).click();
      await visit.page.getByRole('link', { name: 'Datasets' }).click();
      await visit.page.getByRole('heading', { name: 'Datasets' }).waitFor();
      await visit.page.setViewportSize({ width: 1360, height: 900 });
    });

    test.each(['light', 'dark'] as const)(
      'axe finds nothing serious in %s colours',
      async (colorScheme) => {
        await visit.page.emulateMedia({ colorScheme });
        const found: Record<string, string[]> = {};
        for (const address of await addresses()) {
          await open(address);
          await visit.page.locator('h1').waitFor();
          await visit.page.waitForLoadState('networkidle');
          const findings = await seriousFindings(visit.page);
          if (findings.length > 0) found[address] = findings;
        }
        expect(found).toEqual({});
      },
      240_000,
    );

    test('no page complains, or asks another host', () => {
      const { host } = new URL(server.url);
      const elsewhere = visit.requests.filter(
        (url) => !/^(data|blob):/.test(url) && new URL(url).host !== host,
      );
      expect(elsewhere).toEqual([]);
      expect(visit.complaints).toEqual([]);
    });

    test('signing out ends the session', async () => {
      await open('/models');
      await button('Sign out').click();
      await text('Open the sign-in link').waitFor();
      expect(await visit.context.cookies()).toEqual([]);
    });

    function saved(act: () => Promise<void>): Promise<Download> {
      return Promise.all([visit.page.waitForEvent('download'), act()]).then(
        ([download]) => download,
      );
    }

    async function contentOf(act: () => Promise<void>): Promise<string> {
      return readFile(await (await saved(act)).path(), 'utf8');
    }

    function focused(): Promise<string> {
      return visit.page.evaluate('document.activeElement.textContent') as Promise<string>;
    }

    async function addresses(): Promise<string[]> {
      const client = await server.client();
      const { batchPredictions } = await client.request<{
        batchPredictions: { nodes: { id: string }[] };
      }>('{ batchPredictions { nodes { id } } }');
      return [
        `/datasets/${datasetId}?tab=search&query=umbrella`,
        `/datasets/${datasetId}?tab=duplicates&from=0.8`,
        '/models/scenes',
        '/try',
        '/try?tab=labels',
        '/try?tab=search',
        '/predictions',
        `/predictions/${batchPredictions.nodes[0]!.id}`,
      ];
    }
  },
);
