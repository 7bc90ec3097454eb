import { cp, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Download, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { changeFirst } from './change-first.js';
import { pointAlias, registerRun, trainRun } from './prepare.js';
import { type ServedScenes, serveScenes } from './serve-scenes.js';
import { signIn } from './sign-in.js';
import { routeSockets, type Sockets } from './sockets.js';
import { CHROMIUM, openVisit, seriousFindings, type Visit } from './visit.js';

interface Wrong {
  errors: { label: { key: string; name: string } }[];
}

const SCENES = 120;

describe.skipIf(!CHROMIUM)(
  'what the dashboard does with data and models (skipped where Chromium is not installed)',
  () => {
    let scenes: ServedScenes;
    let visit: Visit;
    let datasetId: string;
    let photo: string;
    let sockets: Sockets;
    const text = (pattern: RegExp | string) => visit.page.getByText(pattern).first();
    const button = (name: string | RegExp) => visit.page.getByRole('button', { name }).first();
    const open = (address: string) => visit.page.goto(`${scenes.server.url}${address}`);

    beforeAll(async () => {
      scenes = await serveScenes({ count: SCENES, seed: 11 });
      datasetId = scenes.datasetId;
      const { client, importRoot } = scenes;
      const images = path.join(importRoot, 'scenes/images');
      photo = path.join(images, (await readdir(images))[0]!);
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
      sockets = await routeSockets(visit.page);
      await signIn(visit, scenes.server.output);
    });
    afterAll(async () => {
      await visit?.close();
      await scenes?.close();
    });

    test('samples are searched by words, and what is similar to one does not list it', async () => {
      await open(`/datasets/${datasetId}?tab=search`);
      await visit.page.getByLabel('Words').fill('an umbrella');
      await button('Search').click();
      await text(/^relevance|^similarity/).waitFor();
      expect(visit.page.url()).toContain('query=an+umbrella');
      const found = visit.page.locator('main a[href*="/samples/"]');
      const address = await found.first().getAttribute('href');
      await found.first().click();
      await visit.page.getByRole('link', { name: /Similar samples/ }).click();
      await text(/^relevance|^similarity/).waitFor();
      expect(await found.count()).toBeGreaterThan(1);
      expect(await visit.page.locator(`main a[href="${address}"]`).count()).toBe(0);
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

    test('the grid of samples is read to its end, with its photos', async () => {
      await open(`/datasets/${datasetId}`);
      const grid = visit.page.getByRole('region', { name: 'Samples, scrolls' });
      await grid.getByText('scene-11-00000').waitFor();
      await grid.press('End');
      await grid.getByText(`scene-11-00${SCENES - 1}`).waitFor();
      await photosShown();
    });

    test('a tall photo stays in its tile', async () => {
      const tall = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="200"/>';
      const thumbnails = /\/thumbnails\//;
      await visit.page.route(thumbnails, (route) =>
        route.fulfill({ contentType: 'image/svg+xml', body: tall }),
      );
      await open(`/datasets/${datasetId}`);
      await photosShown();
      const photo = visit.page
        .getByRole('region', { name: 'Samples, scrolls' })
        .locator('img')
        .first();
      const { width, height } = (await photo.boundingBox())!;
      expect(height).toBeCloseTo(width, 0);
      await visit.page.unroute(thumbnails);
    });

    test('the browser lets go of photos that somebody has scrolled past', async () => {
      await open(`/datasets/${datasetId}`);
      const grid = visit.page.getByRole('region', { name: 'Samples, scrolls' });
      const session = await visit.context.newCDPSession(visit.page);
      await session.send('Performance.enable');
      /** Detached ones too. */
      const countNodes = async () => {
        await session.send('HeapProfiler.collectGarbage');
        const { metrics } = await session.send('Performance.getMetrics');
        return metrics.find(({ name }) => name === 'Nodes')!.value;
      };
      const scrollThrough = async () => {
        for (const [key, sample] of [
          ['End', `scene-11-00${SCENES - 1}`],
          ['Home', 'scene-11-00000'],
        ] as const) {
          await grid.press(key);
          await grid.getByText(sample).waitFor();
          await photosShown();
        }
      };
      await grid.getByText('scene-11-00000').waitFor();
      await scrollThrough();
      const before = await countNodes();
      for (let round = 0; round < 5; round++) await scrollThrough();
      // Of a round alone there are several hundred.
      await expect.poll(countNodes).toBeLessThan(before + 200);
    });

    test('a run’s page leads to the samples that it got wrong, each with what was said', async () => {
      const { client } = scenes;
      const runId = await runCalled('words');
      const samples = async (errorsOf: object) => {
        const { dataset } = await client.request<{
          dataset: { latestVersion: { samples: { totalCount: number; nodes: Wrong[] } } };
        }>(
          `query ($id: ID!, $errorsOf: ErrorsOfRun!) { dataset(id: $id) { latestVersion {
             samples(first: 200, filter: { split: TEST }, errorsOf: $errorsOf) { totalCount
               nodes { errors(of: $errorsOf) { label { key name } } } } } } }`,
          { id: datasetId, errorsOf },
        );
        return dataset.latestVersion.samples;
      };
      await open(`/runs/${runId}?tab=errors`);
      await visit.page.getByRole('link', { name: 'In the sample grid' }).click();
      const all = await samples({ runId });
      expect(all.totalCount).toBeGreaterThan(0);
      await text(`${all.totalCount} samples`).waitFor();
      await text(/^(wrong|missed): \S/).waitFor();
      // The list of runs comes by itself.
      const wrongBy = visit.page.getByRole('combobox', { name: 'Got wrong by' });
      await expect.poll(() => wrongBy.inputValue()).toBe('words');

      await choose('How', 'Given, not predicted');
      const kind = 'FALSE_NEGATIVE';
      const missed = await samples({ runId, kind });
      const { key, name } = missed.nodes[0]!.errors[0]!.label;
      await text(`${missed.totalCount} samples`).waitFor();
      await text(/^missed: \S/).waitFor();
      // Those before stay until the next ones are there.
      await expect.poll(() => visit.page.getByText(/^wrong: \S/).count()).toBe(0);

      await choose('About', name);
      const ofLabel = await samples({ runId, kind, label: key });
      await text(`${ofLabel.totalCount} samples`).waitFor();
      await text(`missed: ${name}`).waitFor();
      expect(new URL(visit.page.url()).search).toContain(
        `errorsOf=${runId}&split=TEST&error=${kind}&wrong=${encodeURIComponent(key)}`,
      );

      await choose('Got wrong by', /^both/);
      await expect
        .poll(() => new URL(visit.page.url()).searchParams.get('errorsOf'))
        .not.toBe(runId);
      await visit.page.goBack();
      await visit.page.goBack();
      await text(`${missed.totalCount} samples`).waitFor();
    });

    test('the samples that were shown stay until those that a run got wrong are there', async () => {
      await open(`/datasets/${datasetId}`);
      const grid = visit.page.getByRole('region', { name: 'Samples, scrolls' });
      const first = grid.getByText('scene-11-00000');
      await first.waitFor();
      const isForErrors = (request: Request) =>
        request.postData()?.includes('query SamplesInError') === true;
      let release = () => {};
      const released = new Promise<void>((done) => {
        release = done;
      });
      await visit.page.route('**/graphql', async (route) => {
        if (isForErrors(route.request())) await released;
        await route.continue();
      });
      const asked = visit.page.waitForRequest(isForErrors);
      await choose('Got wrong by', /^words/);
      await asked;
      // The fields of the filter are there with it.
      await visit.page.getByRole('combobox', { name: 'About' }).waitFor();
      expect(await first.isVisible()).toBe(true);
      release();
      await text(/^(wrong|missed): \S/).waitFor();
      await visit.page.unroute('**/graphql');
    });

    test('a long run’s curves are thinned, and say of how many epochs', async () => {
      const { client } = scenes;
      const epochs = 450;
      const earlyStopping = { metric: 'MEAN_AVERAGE_PRECISION', patience: epochs };
      const config = {
        epochs,
        head: { kind: 'LINEAR' },
        fusion: { kind: 'TEXT_ONLY' },
        earlyStopping,
      };
      const id = await trainRun(client, { datasetId, name: 'long', config });
      await open(`/runs/${id}`);
      await text(new RegExp(`^Shown: \\d{3} of ${epochs} epochs`)).waitFor();
      await visit.page.getByRole('img', { name: `Loss over ${epochs} epochs` }).waitFor();
      await visit.page.getByRole('tab', { name: 'Events' }).click();
      await text(`Epoch ${epochs}: loss`).waitFor();
      await open(`/compare?runs=${id}`);
      await text(new RegExp(`^Shown: \\d{3} of ${epochs} epochs of long`)).waitFor();
    });

    test('near-duplicates are listed from the similarity that is chosen, with their splits', async () => {
      await open(`/datasets/${datasetId}?tab=duplicates`);
      await text(/^\d+ pairs?$/).waitFor();
      await visit.page.getByRole('combobox', { name: 'Similarity from' }).click();
      await visit.page.getByRole('option', { name: '0.8', exact: true }).click();
      await text(/^Similarity (0\.[89]|1\.)/).waitFor();
      await visit.page.getByLabel('Only in different splits').click();
      await expect.poll(() => visit.page.url()).toMatch(/from=0\.8.*across=yes/);
      // Not the switch's own words.
      await visit.page.getByTitle('What is tested has been seen in training').first().waitFor();
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

    test('the page of a prediction says of TEST what its run says', async () => {
      const { runs } = await scenes.client.request<{
        runs: { nodes: { final: Record<string, number> }[] };
      }>(
        `{ runs(filter: { text: "both" }) { nodes { final { meanAveragePrecision microF1 macroF1 samplesF1 weightedF1
             hammingLoss subsetAccuracy } } } }`,
      );
      const final = runs.nodes[0]!.final;
      await open((await addresses()).at(-1)!);
      const figures = tableOf('Against the labels given');
      await figures.getByRole('row').first().waitFor();
      const rows = await figures.getByRole('row').allInnerTexts();
      const [head, samples, ...metrics] = rows.map((row) => row.split('\t'));
      expect(head).toEqual(['Metric', 'Test', 'Validation', 'Train', 'All']);
      const [tested, validation, train, all] = samples!.slice(1).map(Number);
      expect([train! + validation! + tested!, all]).toEqual([SCENES, SCENES]);
      expect(metrics.map((row) => [row[0], row[1]])).toEqual([
        ['mAP', final.meanAveragePrecision!.toFixed(3)],
        ['Micro-F1', final.microF1!.toFixed(3)],
        ['Macro-F1', final.macroF1!.toFixed(3)],
        ['Samples-F1', final.samplesF1!.toFixed(3)],
        ['Weighted F1', final.weightedF1!.toFixed(3)],
        ['Hamming loss', final.hammingLoss!.toFixed(3)],
        ['Subset accuracy', final.subsetAccuracy!.toFixed(3)],
      ]);
    });

    test('the page of a prediction says of the labels in TEST what its run says', async () => {
      const { runs } = await scenes.client.request<{
        runs: { nodes: { labelMetrics: Record<string, number>[] }[] };
      }>(
        `{ runs(filter: { text: "both" }) { nodes { labelMetrics { support averagePrecision threshold precision recall f1 } } } }`,
      );
      await open((await addresses()).at(-1)!);
      const byLabel = visit.page.locator('section').filter({ hasText: 'By label' });
      const figures = async () => {
        const rows = await byLabel.locator('tbody tr').allInnerTexts();
        return rows.map((row) => row.split('\t').slice(1));
      };
      await byLabel.locator('tbody tr').first().waitFor();
      const metric = (value: number | null) => value?.toFixed(3) ?? '–';
      const expected = runs.nodes[0]!.labelMetrics.map(({ support, ...of }) => [
        String(support),
        ...[of.averagePrecision, of.threshold, of.precision, of.recall, of.f1].map((value) =>
          metric(value!),
        ),
      ]);
      const sorted = (rows: string[][]) => rows.map((row) => row.join(' ')).sort();
      expect(sorted(await figures())).toEqual(sorted(expected));
      await byLabel.getByRole('button', { name: 'Support' }).click();
      const supports = (await figures()).map(([support]) => Number(support));
      expect(supports).toEqual([...supports].sort((a, b) => b - a));
      await byLabel.getByText('All', { exact: true }).click();
      await expect.poll(async () => Number((await figures())[0]![0])).toBeGreaterThan(supports[0]!);
    });

    test('a prediction whose end came between two parts of an answer is asked for again', async () => {
      const answers = await changeFirst(visit.page, 'Prediction', ({ batchPrediction }) => {
        // The prediction was read before its job had ended, the job afterwards.
        batchPrediction.status = 'RUNNING';
      });
      await open((await addresses()).at(-1)!);
      await button('Cancel').waitFor();
      await answers.goOn();
      await button('Download').waitFor();
      expect(await button('Cancel').count()).toBe(0);
    });

    test('a prediction whose embeddings came between two parts of an answer is asked for again', async () => {
      const answers = await changeFirst(visit.page, 'Prediction', ({ batchPrediction }) => {
        batchPrediction.status = 'QUEUED';
        batchPrediction.job = null;
      });
      await open((await addresses()).at(-1)!);
      await text('The dataset version is embedded first').waitFor();
      await answers.goOn();
      await button('Download').waitFor();
    });

    test('the page of a run that waits for embeddings follows them, and then the run', async () => {
      const answers = await changeFirst(visit.page, 'Run', ({ run }) => {
        const { embeddingSet } = run;
        run.status = 'QUEUED';
        embeddingSet.status = 'RUNNING';
        embeddingSet.job.status = 'RUNNING';
      });
      await open('/runs');
      await visit.page.getByRole('link', { name: 'words', exact: true }).click();
      await text('Waiting for the embeddings').waitFor();
      await answers.goOn();
      await text(/^epoch \d of 6/).waitFor();
      expect(await text('Waiting for the embeddings').count()).toBe(0);
    });

    test('the page of a dataset follows its first import, and then shows the samples', async () => {
      const answers = await changeFirst(visit.page, 'Dataset', ({ dataset }) => {
        dataset.versions.nodes = [];
      });
      await open(`/datasets/${datasetId}`);
      await visit.page.getByRole('progressbar', { name: 'Progress of the first import' }).waitFor();
      await answers.goOn();
      await visit.page.getByRole('tab', { name: 'Samples' }).waitFor();
    });

    test('an address that names no tab of a page shows the first', async () => {
      for (const [address, first, content] of [
        [`/datasets/${datasetId}`, 'Samples', /^120 samples/],
        [`/runs/${await runCalled('words')}`, 'Curves', 'Loss'],
        ['/try', 'Models', 'Caption'],
      ] as const) {
        await open(`${address}?tab=nonsense`);
        await visit.page.getByRole('tab', { name: first, selected: true }).waitFor();
        await visit.page.getByRole('tabpanel').getByText(content).first().waitFor();
      }
    });

    test('a tab that the address names is shown once there is something in it', async () => {
      const answers = await changeFirst(visit.page, 'Run', ({ run }) => {
        run.status = 'RUNNING';
        run.eventSeq = 0;
      });
      await open(`/runs/${await runCalled('words')}?tab=errors`);
      await visit.page.getByRole('tab', { name: 'Curves', selected: true }).waitFor();
      await answers.goOn();
      await visit.page.getByRole('tab', { name: 'Errors', selected: true }).waitFor();
    });

    test('an import under a name that is there asks what is to become of the dataset', async () => {
      await open('/datasets');
      await button('Import').click();
      const dialog = visit.page.getByRole('dialog');
      await dialog.getByText('A folder on the server').click();
      await dialog.getByLabel('Folder', { exact: true }).fill('scenes');
      await dialog.getByLabel('Name').fill('scenes of mine');
      const start = dialog.getByRole('button', { name: 'Import' });
      await expect.poll(() => start.isEnabled()).toBe(true);
      await dialog.getByLabel('Name').fill('scenes');
      await dialog.getByText(`scenes is there already: version 1, ${SCENES} samples`).waitFor();
      expect(await start.isEnabled()).toBe(false);
      await dialog.getByText('choose above what is to become of it').waitFor();
      await dialog.getByLabel('Add to it, as version 2').check();
      await start.click();
      await text('nothing is new, so there is no new version').waitFor();
    });

    test('other content under a name that is there is added to it, as the next version', async () => {
      const folder = path.join(scenes.importRoot, 'walk');
      await mkdir(folder);
      for (const key of ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'])
        await cp(photo, path.join(folder, key));
      const table = (rows: string[]) => writeFile(path.join(folder, 'walk.csv'), rows.join('\n'));
      await table(['image,caption', 'a.jpg,A tree.', 'b.jpg,A car.', 'c.jpg,A dog.']);
      await importByMouse('walk');
      await visit.page.getByRole('row', { name: /^walk 1 3 0/ }).waitFor();

      const kept = 'a.jpg,A tree.,';
      await table(['image,caption,labels', kept, 'b.jpg,A red car.,', 'd.jpg,A bus.,[16]']);
      await importByMouse('walk', 'Only find out whether it is the same');
      await text('Not the same').waitFor();
      await text(/1 sample added, 1 sample removed, .* Nothing was changed\. Add to it/).waitFor();
      await text('3 rows read, 0 rejected').waitFor();
      await importByMouse('walk', 'Add to it, as version 2');
      await visit.page.getByRole('row', { name: /^walk 2 4 1/ }).waitFor();
      const change = '1 sample added, 1 sample changed (1 caption), 1 new label';
      await text(`3 rows read, 3 imported, 0 rejected: in version 2, ${change}`).waitFor();
      await visit.page.getByRole('link', { name: 'walk', exact: true }).click();
      await visit.page.getByTitle('A red car.').waitFor();
      await visit.page.getByRole('tab', { name: 'Versions' }).click();
      await visit.page.getByRole('row', { name: `2 4 (+1) 1 (+1) ${change}` }).waitFor();
      await visit.page.getByRole('row', { name: '1 3 0 an import' }).waitFor();
      const { pathname } = new URL(visit.page.url());
      await open(`${pathname}?version=1`);
      await visit.page.getByTitle('A car.').waitFor();
      await open(`${pathname}?version=99`);
      await text('There is no version 99: this is the latest.').waitFor();
      await visit.page.getByTitle('A red car.').waitFor();

      const { dataset } = await scenes.client.request<{
        dataset: { versions: { nodes: { samples: { nodes: object[] } }[] } };
      }>(
        `{ dataset(name: "walk") { versions { nodes { samples(first: 9) { nodes { key caption labels { key } } } } } } }`,
      );
      const [now, before] = dataset.versions.nodes.map(({ samples }) => samples.nodes);
      const sample = (key: string, caption: string) => ({ key, caption, labels: null });
      const [a, c] = [sample('a.jpg', 'A tree.'), sample('c.jpg', 'A dog.')];
      expect(before).toEqual([a, sample('b.jpg', 'A car.'), c]);
      const added = { key: 'd.jpg', caption: 'A bus.', labels: [{ key: '16' }] };
      expect(now).toEqual([a, sample('b.jpg', 'A red car.'), c, added]);
    });

    test('a version that was made between the answers about datasets and imports is asked for again', async () => {
      const answers = await changeFirst(visit.page, 'Datasets', ({ datasets }) => {
        const walk = datasets.nodes.find(({ name }: { name: string }) => name === 'walk');
        walk.latestVersion = null;
      });
      await open('/datasets');
      await visit.page.getByRole('row', { name: /^walk – being imported/ }).waitFor();
      await answers.goOn();
      await visit.page.getByRole('row', { name: /^walk 2 4 1/ }).waitFor();
    });

    test('a prediction says on how many samples labels are known, and where none are', async () => {
      await predictByMouse('walk v1, 3 samples');
      await text('The labels of these samples are unknown').waitFor();
      await predictByMouse('walk v2, 4 samples');
      await text('On 1 sample, as the labels of 3 are unknown, by the 1 label').waitFor();
      const head = tableOf('Against the labels given').getByRole('columnheader');
      expect(await head.count()).toBe(2);
    });

    test('a socket that drops is said, and what was followed goes on', async () => {
      await open('/');
      await text('Running').waitFor();
      const { letConnect } = await sockets.drop();
      await text('Reconnecting').waitFor();
      letConnect();
      await text('Reconnecting').waitFor({ state: 'detached' });
      const { client } = scenes;
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
      await open('/');
      const status = text('Succeeded');
      await status.waitFor();
      expect(await status.evaluate((word) => word.scrollWidth <= word.clientWidth)).toBe(true);
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
      const { host } = new URL(scenes.server.url);
      const elsewhere = visit.requests.filter(
        (url) => !/^(data|blob):/.test(url) && new URL(url).host !== host,
      );
      expect(elsewhere).toEqual([]);
      expect(visit.complaints).toEqual([]);
    });

    test('after an edit a search has the way to the embeddings, of which a run says how many are left', async () => {
      await scenes.client.request(
        `mutation ($id: ID!) { editSamples(datasetId: $id,
           edits: [{ key: "scene-11-00000.jpg", caption: "Nobody has said so." }]) { id } }`,
        { id: datasetId },
      );
      await open(`/runs/new?dataset=${datasetId}`);
      await text(
        /^At most \d+ epochs\. About .* s, not counting 1 embedding beforehand\.$/,
      ).waitFor();
      await open(`/datasets/${datasetId}?tab=duplicates`);
      await text('Near-duplicates are found by embeddings of this version.').waitFor();
      await visit.page.getByRole('tab', { name: 'Search' }).click();
      await text(/is not computed again: after an edit that is quick/).waitFor();
      await button('Embed').click();
      await visit.page.getByLabel('Words').waitFor();
      await visit.page.getByRole('tab', { name: 'Embeddings' }).click();
      await visit.page.getByRole('row', { name: /clip-mini.* 1 \d+ Succeeded$/ }).waitFor();
    });

    test('the table of encoders has a line for names, states and precisions each where it can', async () => {
      await visit.page.setViewportSize({ width: 1280, height: 900 });
      await open('/encoders');
      const row = visit.page.getByRole('row', { name: /^CLIP ViT-B\/32/ });
      await row.waitFor();
      // A line of the name, one of the id.
      expect((await row.boundingBox())!.height).toBeLessThan(70);
    });

    test('a folder that cannot be added as an encoder says why', async () => {
      await open('/encoders');
      await button('Add from a folder').click();
      const folder = visit.page.getByRole('textbox', { name: 'Folder' });
      await folder.fill('scenes');
      const add = visit.page.getByRole('dialog').getByRole('button', { name: 'Add' });
      await add.click();
      await text(/no config\.json, no .*it takes config\.json/).waitFor();
      await cp(TINY_CLIP, path.join(scenes.importRoot, 'broken'), { recursive: true });
      await writeFile(path.join(scenes.importRoot, 'broken/onnx/text_model.onnx'), 'no model');
      await folder.fill('broken');
      await add.click();
      await text(/text_model\.onnx is no sound ONNX file/).waitFor();
      await text(/^broken, added from a folder/).waitFor();
      expect(await text(/^100 %/).count()).toBe(0);
    });

    test('a folder that can be added in the end is no failure any more, and what was left out of it is said', async () => {
      const towers = path.join(scenes.importRoot, 'broken/onnx');
      await cp(path.join(TINY_CLIP, 'onnx'), towers, { recursive: true });
      for (const tower of ['vision', 'text']) {
        await cp(`${towers}/${tower}_model.onnx`, `${towers}/${tower}_model_int8.onnx`);
      }
      await truncate(`${towers}/text_model_int8.onnx`, 1000);
      await addByMouse('broken');
      await text('Files that cannot be used were left out').waitFor();
      await text(/^onnx\/text_model_int8\.onnx is no sound ONNX file/).waitFor();
      expect(await text(/text_model\.onnx is no sound/).count()).toBe(0);
      await deleteByMouse('broken');
      expect(await text(/were left out/).count()).toBe(0);
    });

    test('an encoder that came between two parts of an answer is asked for again', async () => {
      await cp(TINY_CLIP, path.join(scenes.importRoot, 'between'), { recursive: true });
      await addByMouse('between');
      await button('Delete between').waitFor();
      const answers = await changeFirst(visit.page, 'Encoders', (answer) => {
        // The encoders were read before it was there, its addition afterwards.
        answer.encoders = answer.encoders.filter(({ id }: { id: string }) => !/between/.test(id));
      });
      await open('/encoders');
      await visit.page.getByRole('row', { name: /^CLIP ViT-B\/32/ }).waitFor();
      expect(await button('Delete between').count()).toBe(0);
      await answers.goOn();
      await deleteByMouse('between');
    });

    test('an encoder is added from a folder, and deleted after a look at what goes', async () => {
      await cp(TINY_CLIP, path.join(scenes.importRoot, 'tiny'), { recursive: true });
      await addByMouse('tiny');
      await button('Delete tiny').click();
      const dialog = visit.page.getByRole('dialog');
      await dialog
        .getByText(/^tiny goes with its files of .* [kM]B on the server, for good/)
        .waitFor();
      await dialog.getByRole('button', { name: 'Delete the encoder' }).click();
      await text(/^Deleted: .* [kM]B freed\.$/).waitFor();
      await button('Delete tiny').waitFor({ state: 'detached' });
      expect(await text('local/tiny').count()).toBe(0);
      expect(await button(/^Delete /).count()).toBe(0);
    });

    test('embeddings of a deleted encoder are searched by samples, and not by words', async () => {
      await cp(TINY_CLIP, path.join(scenes.importRoot, 'gone'), { recursive: true });
      await addByMouse('gone');
      await button('Delete gone').waitFor();
      await scenes.client.request(
        `mutation ($id: ID!) { editSamples(datasetId: $id,
           edits: [{ key: "scene-11-00001.jpg", caption: "Nobody has said this." }]) { id } }`,
        { id: datasetId },
      );
      await embedByMouse('gone');
      await open('/encoders');
      await deleteByMouse('gone');
      const explained = /embeddings, which is not there now\. What is similar/;
      await open(`/datasets/${datasetId}?tab=search`);
      await text(explained).waitFor();
      await open(`/datasets/${datasetId}`);
      await visit.page.locator('main a[href*="/samples/"]').first().click();
      await visit.page.getByRole('link', { name: /Similar samples/ }).click();
      await text(/^relevance|^similarity/).waitFor();

      await embedByMouse('clip-mini');
      for (const address of ['/try?tab=search', `/datasets/${datasetId}?tab=search`]) {
        await open(address);
        await visit.page.getByLabel('Words').fill('an umbrella');
        await visit.page.getByRole('combobox', { name: /^(In|Embeddings)$/ }).click();
        const gone = visit.page.getByRole('option', { name: /gone, FP32 \(encoder not there\)/ });
        expect(await gone.getAttribute('data-combobox-disabled')).toBe('true');
        await visit.page.keyboard.press('Escape');
        await button('Search').click();
        await text(/^relevance|^similarity/).waitFor();
      }
    });

    test('signing out ends the session', async () => {
      await open('/models');
      await button('Sign out').click();
      await text('Open the sign-in link').waitFor();
      expect(await visit.context.cookies()).toEqual([]);
    });

    /** @param choice what is to become of the dataset, where it is there */
    async function importByMouse(folder: string, choice?: string): Promise<void> {
      await open('/datasets');
      await button('Import').click();
      const dialog = visit.page.getByRole('dialog');
      await dialog.getByText('A folder on the server').click();
      await dialog.getByLabel('Folder', { exact: true }).fill(folder);
      await dialog.getByLabel('Name').fill(folder);
      if (choice) await dialog.getByLabel(choice).check();
      await dialog.getByRole('button', { name: 'Import' }).click();
    }

    async function addByMouse(folder: string): Promise<void> {
      await open('/encoders');
      await button('Add from a folder').click();
      const dialog = visit.page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Folder' }).fill(folder);
      await dialog.getByRole('button', { name: 'Add' }).click();
    }

    async function deleteByMouse(encoder: string): Promise<void> {
      await button(`Delete ${encoder}`).click();
      await visit.page.getByRole('button', { name: 'Delete the encoder' }).click();
      await button(`Delete ${encoder}`).waitFor({ state: 'detached' });
    }

    async function embedByMouse(encoder: string): Promise<void> {
      await open(`/datasets/${datasetId}?tab=embeddings`);
      await choose('Encoder', new RegExp(encoder));
      await button('Embed').click();
      await visit.page.getByRole('row', { name: new RegExp(`${encoder}.* Succeeded$`) }).waitFor();
    }

    async function predictByMouse(version: string): Promise<void> {
      await open('/predictions');
      await button('New prediction').click();
      await choose('Dataset version', version);
      await button('Start the prediction').click();
    }

    function tableOf(title: string) {
      const heading = visit.page.getByRole('heading', { name: title });
      return visit.page.locator('section').filter({ has: heading }).getByRole('table');
    }

    function saved(act: () => Promise<void>): Promise<Download> {
      return Promise.all([visit.page.waitForEvent('download'), act()]).then(
        ([download]) => download,
      );
    }

    async function contentOf(act: () => Promise<void>): Promise<string> {
      return readFile(await (await saved(act)).path(), 'utf8');
    }

    async function photosShown(): Promise<void> {
      const images = visit.page.getByRole('region', { name: 'Samples, scrolls' }).locator('img');
      await expect
        .poll(() => images.evaluateAll((all) => all.map((img) => Reflect.get(img, 'naturalWidth'))))
        .not.toContain(0);
    }

    async function choose(field: string, option: string | RegExp): Promise<void> {
      await visit.page.getByRole('combobox', { name: field }).click();
      await visit.page.getByRole('option', { name: option, exact: true }).click();
    }

    async function runCalled(name: string): Promise<string> {
      const { runs } = await scenes.client.request<{ runs: { nodes: { id: string }[] } }>(
        'query ($name: String!) { runs(filter: { text: $name }) { nodes { id } } }',
        { name },
      );
      return runs.nodes[0]!.id;
    }

    function focused(): Promise<string> {
      return visit.page.evaluate('document.activeElement.textContent') as Promise<string>;
    }

    async function addresses(): Promise<string[]> {
      const { client } = scenes;
      const { batchPredictions, runs } = await client.request<{
        batchPredictions: { nodes: { id: string }[] };
        runs: { nodes: { id: string }[] };
      }>('{ batchPredictions { nodes { id } } runs(filter: { text: "words" }) { nodes { id } } }');
      return [
        `/datasets/${datasetId}?tab=search&query=umbrella`,
        `/datasets/${datasetId}?tab=duplicates&from=0.8`,
        `/datasets/${datasetId}?tab=embeddings`,
        `/datasets/${datasetId}?errorsOf=${runs.nodes[0]!.id}`,
        '/models/scenes',
        '/try',
        '/try?tab=labels',
        '/try?tab=search',
        '/predictions',
        ...batchPredictions.nodes.map(({ id }) => `/predictions/${id}`),
      ];
    }
  },
);
