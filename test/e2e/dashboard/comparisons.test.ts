import type { PageScreenshotOptions } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiClient } from '../../../src/demo/api-client.js';
import { trainRun } from './prepare.js';
import { type ServedScenes, serveScenes } from './serve-scenes.js';
import { signIn } from './sign-in.js';
import { CHROMIUM, openVisit, seriousFindings, type Visit } from './visit.js';

describe.skipIf(!CHROMIUM)(
  'experiments and comparisons in the dashboard (skipped where Chromium is not installed)',
  () => {
    let scenes: ServedScenes;
    let client: ApiClient;
    let visit: Visit;
    let datasetId: string;
    const button = (name: string) => visit.page.getByRole('button', { name, exact: true });
    const open = (address: string) => visit.page.goto(`${scenes.server.url}${address}`);

    beforeAll(async () => {
      scenes = await serveScenes({ count: 120, seed: 19 });
      ({ client, datasetId } = scenes);
      visit = await openVisit();
      await visit.context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await signIn(visit, scenes.server.output);
    });
    afterAll(async () => {
      await visit?.close();
      await scenes?.close();
    });

    test('a command or setting in the reason for a device is shown as code', async () => {
      const { system } = await client.request<{ system: { devices: { reason: string }[] } }>(
        '{ system { devices { reason } } }',
      );
      const quoted = system.devices.flatMap(({ reason }) => reason.match(/`[^`]+`/g) ?? []);
      expect(quoted).toContain('`CLIPWRIGHT_DEVICE=cpu`');
      await expect
        .poll(() => visit.page.locator('main code').allInnerTexts())
        .toEqual(expect.arrayContaining(['CLIPWRIGHT_DEVICE=cpu']));
      expect(await visit.page.locator('main').innerText()).not.toContain('`');
    });

    test('the list of experiments shows by itself what is started and how far it is, and is copied', async () => {
      await startExperiment('first', [1]);
      await open('/experiments');
      await visit.page.getByRole('row', { name: /first Succeeded.*2 of 2/ }).waitFor();
      await startExperiment('second', [1, 2]);
      await visit.page.getByRole('row', { name: /second Succeeded.*4 of 4/ }).waitFor();
      const names = await visit.page.locator('tbody a').allInnerTexts();
      expect(names).toEqual(['second', 'first']);

      await button('Copy').click();
      await visit.page.getByRole('menuitem', { name: 'CSV' }).click();
      const [head, ...rows] = (await copied('Experiment,')).trim().split(/\r?\n/);
      expect(head).toBe('Experiment,Status,Search,Dataset,Cells,Runs,Failed,Created');
      expect(rows[0]).toMatch(/^second,Succeeded,Grid,scenes v1,2,4 of 4,0,/);
      expect(rows).toHaveLength(2);
      await button('Copy').click();
      await visit.page.getByRole('menuitem', { name: 'LaTeX' }).click();
      expect(await copied('\\begin{tabular}')).toContain('second & Succeeded');
      await button('GraphQL').click();
      expect(await copied('query Experiments')).toContain('# {"first":50}');
    });

    test('an experiment that is told of while the list is under way stays in it', async () => {
      const isForList = /query Experiments\(/;
      let letOn = () => {};
      const mayGoOn = new Promise<void>((resolve) => {
        letOn = resolve;
      });
      await visit.page.route('**/graphql', async (route) => {
        if (!isForList.test(route.request().postData() ?? '')) return route.fallback();
        const response = await route.fetch();
        await mayGoOn;
        await route.fulfill({ response });
      });
      const asked = visit.page.waitForRequest((request) =>
        isForList.test(request.postData() ?? ''),
      );
      await open('/experiments');
      await asked;
      await startExperiment('third', [1]);
      await visit.page.getByRole('link', { name: 'third' }).waitFor();
      letOn();
      await visit.page.getByRole('link', { name: 'first' }).waitFor();
      const names = await visit.page.locator('tbody a').allInnerTexts();
      expect(names).toEqual(['third', 'second', 'first']);
      await visit.page.unroute('**/graphql');
    });

    test('the report names cells and choices in words, and says what fusing is worth', async () => {
      await open('/experiments');
      await visit.page.getByRole('link', { name: 'second' }).click();
      await visit.page
        .getByRole('row', { name: /Text only/ })
        .first()
        .waitFor();
      expect(await visit.page.locator('main').innerText()).not.toMatch(/TEXT_ONLY|CONCAT/);
      await visit.page.getByRole('tab', { name: 'Fused against single' }).click();
      await visit.page
        .getByText(
          /^The best fused cell \(cell \d: .*, Concat, .*\) against the best single one \(cell \d: .*, Text only, .*\): (no clear difference|the (fused|single) one is better)\./,
        )
        .waitFor();
    });

    test('an address that is none says so, with the way to the overview', async () => {
      await open('/nothing');
      await visit.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
      await visit.page.getByRole('main').getByRole('link', { name: 'overview' }).waitFor();
      // The browser says that the page was not found, and nothing else.
      expect(visit.complaints.splice(0)).toEqual([expect.stringContaining('404')]);
    });

    test('marking along an axis chooses the runs that lie there, which are then compared alone', async () => {
      const { runs } = await client.request<{ runs: { nodes: { id: string; seed: number }[] } }>(
        '{ runs { nodes { id seed } } }',
      );
      expect(runs.nodes).toHaveLength(4);
      const ids = runs.nodes.map(({ id }) => id);
      await open(`/compare?runs=${ids.join()}`);
      const status = visit.page.getByText('Drag along an axis to mark runs');
      await status.scrollIntoViewIfNeeded();
      const chart = visit.page.getByRole('img', { name: /^A line for each run/ });
      await chart.locator('canvas').waitFor();
      await chart.scrollIntoViewIfNeeded();
      // The first axis is the seed, 1 below and 2 above: from within the upper half to beyond its end.
      const box = (await chart.boundingBox())!;
      const [x, top] = [box.x + 40, box.y + 36];
      await visit.page.mouse.move(x, top + 90);
      await visit.page.mouse.down();
      await visit.page.mouse.move(x, top + 40, { steps: 5 });
      await visit.page.mouse.move(x, top - 10, { steps: 5 });
      await visit.page.mouse.up();
      await visit.page.getByText(/^Marked: 2 of 4 runs:/).waitFor();
      await button('Compare these alone').click();
      const second = runs.nodes.filter(({ seed }) => seed === 2).map(({ id }) => id);
      expect(second).toHaveLength(2);
      await expect
        .poll(() => new URL(visit.page.url()).searchParams.get('runs')?.split(','))
        .toEqual(second);
      await expect
        .poll(() => visit.page.getByRole('button', { name: /^Take .* out$/ }).count())
        .toBe(2);
      await visit.page.goBack();
      await status.scrollIntoViewIfNeeded();
      await chart.locator('canvas').waitFor();
      await chart.scrollIntoViewIfNeeded();
      const again = (await chart.boundingBox())!;
      // The last axis is the mAP: all of it is marked.
      const [last, above] = [again.x + again.width - 60, again.y + 36];
      await visit.page.mouse.move(last, above - 8);
      await visit.page.mouse.down();
      await visit.page.mouse.move(last, above + 120, { steps: 5 });
      await visit.page.mouse.move(last, above + 270, { steps: 5 });
      await visit.page.mouse.up();
      await visit.page.getByText(/^Marked: 4 of 4 runs:/).waitFor();
      await button('Mark none').click();
      await status.waitFor();
    });

    test.each(['light', 'dark'] as const)(
      'a table that is cut is shaded at the edge behind which there is more, in %s colours',
      async (colorScheme) => {
        await visit.page.emulateMedia({ colorScheme });
        await visit.page.setViewportSize({ width: 390, height: 800 });
        await open(`/compare?runs=${(await runIds()).join()}`);
        const table = visit.page.locator('.scrolls').first();
        await table.locator('tbody tr').first().waitFor();
        const { x, y, width, height } = (await table.boundingBox())!;
        const edge = { x: x + width - 2, y: y + 60, width: 1, height: height - 100 };
        const cut = await greyOf(edge);
        await table.evaluate((element) => element.scrollTo({ left: 10_000 }));
        await expect.poll(() => greyOf(edge)).toBeGreaterThan(cut);
        await visit.page.setViewportSize({ width: 1360, height: 900 });
        await visit.page.emulateMedia({ colorScheme: 'light' });
      },
    );

    test('a table that is not cut has the colour of its card, in the dark too', async () => {
      await visit.page.emulateMedia({ colorScheme: 'dark' });
      await open(`/compare?runs=${(await runIds()).join()}`);
      const table = visit.page.locator('.mantine-Card-root .scrolls').first();
      await table.locator('tbody tr').first().waitFor();
      await table.scrollIntoViewIfNeeded();
      // What comes later moves it.
      const differenceToCard = async () => {
        const { x, y, height } = (await table.boundingBox())!;
        const strip = { y, width: 1, height };
        return (await greyOf({ ...strip, x: x + 1 })) - (await greyOf({ ...strip, x: x - 6 }));
      };
      await expect.poll(differenceToCard).toBe(0);
      await visit.page.emulateMedia({ colorScheme: 'light' });
    });

    test('runs of one name are told apart where they are chosen and compared', async () => {
      const config = { epochs: 2, fusion: { kind: 'TEXT_ONLY' } };
      const twins: string[] = [];
      for (const seed of [1, 2]) {
        twins.push(await trainRun(client, { datasetId, name: 'twin', seed, config }));
      }
      const marks = twins.map((id) => id.slice(-6));
      await open('/compare');
      const picker = visit.page.getByRole('combobox', { name: 'Add a run' });
      for (const mark of marks) {
        await picker.fill('twin');
        await visit.page.getByRole('option', { name: new RegExp(`^twin.*${mark}$`) }).click();
        await visit.page
          .getByRole('button', { name: 'Take twin' })
          .nth(marks.indexOf(mark))
          .waitFor();
      }
      const names = marks.map((mark) => `twin · ${mark}`);
      await expect
        .poll(() => visit.page.getByRole('columnheader', { name: /^twin/ }).allInnerTexts())
        .toEqual(names.map((name) => expect.stringContaining(name)));
      const chart = visit.page.getByRole('img', { name: new RegExp(names.join(', ')) });
      await chart.first().waitFor();
    });

    test('a form says before anything is started what would be trained, or what is wrong', async () => {
      const [from] = await runIds();
      await open(`/runs/new?from=${from}`);
      await visit.page.getByText(/^At most 2 epochs\. A run of these very settings/).waitFor();
      await visit.page.getByLabel('Epochs', { exact: true }).fill('3');
      // Everything is embedded already.
      await visit.page.getByText(/^At most 3 epochs\. About [\d.]+ s\.$/).waitFor();
      await open('/experiments/new');
      await visit.page.getByText(/^1 cell, 3 runs, of which 0 are there already/).waitFor();
      await visit.page.getByLabel('Folds').fill('2');
      await visit.page.getByText(/^1 cell, 6 runs/).waitFor();
      const mixups = visit.page.getByLabel('Mixup', { exact: true }).first();
      await mixups.fill('-1');
      await mixups.press('Enter');
      await visit.page.getByRole('status').filter({ hasText: 'but received -1' }).waitFor();
    });

    test('axe finds nothing serious, and no page complains', async () => {
      for (const address of ['/experiments', `/compare?runs=${(await runIds()).join()}`]) {
        await open(address);
        await visit.page.locator('tbody tr').first().waitFor();
        await visit.page.waitForLoadState('networkidle');
        expect(await seriousFindings(visit.page)).toEqual([]);
      }
      expect(visit.complaints).toEqual([]);
    });

    async function runIds(): Promise<string[]> {
      const answer = await client.request<{ runs: { nodes: { id: string }[] } }>(
        '{ runs { nodes { id } } }',
      );
      return answer.runs.nodes.map(({ id }) => id);
    }

    /** Of most of the pixels in a strip of the screen: some have letters. */
    async function greyOf(clip: NonNullable<PageScreenshotOptions['clip']>): Promise<number> {
      const pixels = sharp(await visit.page.screenshot({ clip }));
      const grey = await pixels.greyscale().raw().toBuffer();
      return grey.toSorted()[grey.length >> 1]!;
    }

    async function startExperiment(name: string, seeds: number[]): Promise<string> {
      const answer = await client.request<{ startExperiment: { id: string } }>(
        'mutation ($input: ExperimentInput!) { startExperiment(input: $input) { id } }',
        {
          input: {
            name,
            datasetId,
            seeds,
            encoderId: 'clipwright/clip-mini',
            fusions: [{ kind: 'TEXT_ONLY' }, { kind: 'CONCAT' }],
            config: { epochs: 2 },
          },
        },
      );
      return answer.startExperiment.id;
    }

    /** What the clipboard holds once it begins so. */
    async function copied(start: string): Promise<string> {
      const read = () => visit.page.evaluate('navigator.clipboard.readText()') as Promise<string>;
      await expect.poll(read).toMatch(new RegExp(`^${start.replace(/[\\{]/g, '\\$&')}`));
      return read();
    }
  },
);
