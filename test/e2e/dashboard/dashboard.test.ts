import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeScenes } from '../../../src/demo/write-scenes.js';
import { ServerProcess } from '../../support/server-process.js';
import { PICTURES, takePictures } from './pictures.js';
import { signIn } from './sign-in.js';
import { routeSockets, type Sockets } from './sockets.js';
import { CHROMIUM, dropFile, openVisit, seriousFindings, type Visit } from './visit.js';

const run = promisify(execFile);
const SCENES = PICTURES ? 1200 : 240;

describe.skipIf(!CHROMIUM)('the dashboard in Chromium (skipped where it is not installed)', () => {
  let work: string;
  let server: ServerProcess;
  let visit: Visit;
  let sockets: Sockets;
  /** The page of a sample in version 1, which is then edited. */
  let old: string;
  const text = (pattern: RegExp | string) => visit.page.getByText(pattern).first();
  const button = (name: string | RegExp) => visit.page.getByRole('button', { name }).first();
  const link = (name: string | RegExp) => visit.page.getByRole('link', { name }).first();

  beforeAll(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'clipwright-dashboard-'));
    await writeScenes(path.join(work, 'import/scenes'), { count: SCENES, seed: 5 });
    await run('tar', ['-czf', 'scenes.tar.gz', '-C', 'import/scenes', '.'], { cwd: work });
    server = await ServerProcess.start({
      data: path.join(work, 'data'),
      importRoot: path.join(work, 'import'),
    });
    visit = await openVisit({ width: PICTURES ? 1200 : 1360 });
    sockets = await routeSockets(visit.page);
  });
  afterAll(async () => {
    await visit?.close();
    await server?.stop();
    await rm(work, { recursive: true, force: true });
  });

  test('the printed link signs in, once', async () => {
    await signIn(visit, server.output);
    await text('No dataset yet').waitFor();
    await takePictures(visit.page, '1-empty');
    expect(new URL(visit.page.url()).pathname).toBe('/');
  });

  test('an archive is dropped, looked into and imported, and its samples are shown and filtered', async () => {
    await link('Datasets').click();
    await button('Import').click();
    await dropFile(visit.page, '[data-testid=archive-drop]', path.join(work, 'scenes.tar.gz'));
    await text(/scenes.tar.gz, .* is on the server/).waitFor();
    await button('Look into it').click();
    await text(/Would read .*\.csv/).waitFor();
    await text(
      `Checked ${numbers(SCENES)} rows, without opening the photos: none would be rejected.`,
    ).waitFor();
    await takePictures(visit.page, '2-import');
    await visit.page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
    await text(`${numbers(SCENES)} rows read, ${numbers(SCENES)} imported, 0 rejected`).waitFor();
    await visit.page.locator('main p', { hasText: /^scenes/ }).waitFor();
    await link('scenes').click();
    await text(`${numbers(SCENES)} samples`).waitFor();
    await takePictures(visit.page, '3-samples');
    await visit.page.getByLabel('Caption or key').fill('00020');
    await text(/^1 sample$/).waitFor();
    expect(visit.page.url()).toContain('text=00020');
    await visit.page.reload();
    await text(/^1 sample$/).waitFor();
  });

  test('a run is started by the form, followed live through a socket that drops, and has ended', async () => {
    await link('Runs').click();
    await link('New run').click();
    await visit.page.getByLabel('Name', { exact: true }).fill('first');
    await visit.page.getByLabel('Epochs').fill('40');
    await takePictures(visit.page, '4-new-run');
    sockets.holdBack();
    await button('Start the run').click();
    await visit.page.getByRole('heading', { name: 'first' }).waitFor();
    await visit.page.getByRole('tab', { name: 'Events' }).click();
    await visit.page.getByRole('cell', { name: 'Queued' }).first().waitFor();
    const { letConnect } = await sockets.drop();
    await text('Reconnecting').waitFor();
    letConnect();
    await visit.page.getByRole('cell', { name: 'Succeeded' }).waitFor({ timeout: 120_000 });
    expect(await visit.page.getByText('Reconnecting').count()).toBe(0);
    const numbers = await visit.page.locator('tbody tr td:first-child').allInnerTexts();
    const wanted = Array.from({ length: numbers.length }, (_, at) => String(numbers.length - at));
    expect(numbers).toEqual(wanted);
  });

  test('a label’s threshold can be moved, and its errors looked at', async () => {
    await visit.page.getByRole('tab', { name: 'Curves' }).click();
    // Its tooltip is drawn too.
    await visit.page
      .getByRole('img', { name: /^Loss over/ })
      .locator('canvas')
      .hover();
    await takePictures(visit.page, '5-run');
    await visit.page.getByRole('tab', { name: 'Labels' }).click();
    await text(/Thresholds fitted on few positives/).waitFor();
    await visit.page.locator('tbody button').first().click();
    const slider = visit.page.getByRole('slider', { name: /Threshold for/ });
    await takePictures(visit.page, '6-labels');
    await slider.focus();
    await visit.page.keyboard.press('Home');
    await text('Recall 1.000').waitFor();
    await link('Its errors').click();
    await text(/^[\d,]+ errors?$/).waitFor();
  });

  test('a second run is cloned, changed and compared with the first', async () => {
    await link('Clone').click();
    await text('A run of these very settings is there already').waitFor();
    await visit.page.getByLabel('Name', { exact: true }).fill('second');
    const fusion = visit.page.getByRole('group', { name: 'Fusion' });
    await fusion.getByLabel('Kind').click();
    await visit.page.getByRole('option', { name: 'Text only' }).click();
    await text('these very settings').waitFor({ state: 'hidden' });
    await button('Start the run').click();
    await visit.page.getByRole('heading', { name: 'second' }).waitFor();
    await button('Register as model').waitFor({ timeout: 120_000 });
    await link('Runs').click();
    await visit.page.getByLabel('Choose first').check();
    await visit.page.getByLabel('Choose second').check();
    await visit.page.getByRole('link', { name: 'Compare' }).last().click();
    await visit.page.getByRole('rowheader', { name: 'fusion.kind' }).waitFor();
    expect(await visit.page.getByRole('rowheader', { name: 'batchSize' }).count()).toBe(0);
    await visit.page.getByRole('switch', { name: 'Only what differs' }).click();
    await visit.page.getByRole('rowheader', { name: 'batchSize' }).waitFor();
    await text(/How much higher/).waitFor();
    expect(await seriousFindings(visit.page)).toEqual([]);
    await takePictures(visit.page, '7-compare');
  });

  test('a run becomes a model, and an alias points at it', async () => {
    await link('Runs').click();
    await link('first').click();
    await button('Register as model').click();
    await visit.page.getByRole('combobox', { name: 'Model' }).fill('scenes');
    await visit.page.getByRole('button', { name: 'Register', exact: true }).click();
    await visit.page.getByRole('heading', { name: 'Version 1' }).waitFor();
    await button('New alias').click();
    await button('Make the alias').click();
    await visit.page.getByRole('cell', { name: 'champion' }).waitFor();
    await takePictures(visit.page, '8-model');
  });

  test('the model predicts from a caption and a photo, and says how a program asks for the same', async () => {
    await link('Try it').click();
    const folder = path.join(work, 'import/scenes/images');
    const [image] = await readdir(folder);
    await visit.page.locator('input[type=file]').setInputFiles(path.join(folder, image!));
    await visit.page.getByLabel('Caption', { exact: true }).fill('a dog beside a bench');
    await button('Predict').click();
    await visit.page.getByRole('heading', { name: 'scenes@champion' }).waitFor();
    expect(await visit.page.locator('tbody tr').count()).toBeGreaterThan(5);
    await takePictures(visit.page, '9-prediction');
    await visit.page.getByRole('tab', { name: 'Python' }).click();
    await text(/urllib\.request/).waitFor();
  });

  test('an edit of a sample makes the next version', async () => {
    await link('Datasets').click();
    await link('scenes').click();
    // Not a link of the page before.
    await visit.page.getByRole('region', { name: 'Samples, scrolls' }).locator('a').first().click();
    // Not the filter 'Caption or key' of the page before.
    const caption = visit.page.getByLabel('Caption', { exact: true });
    await caption.waitFor();
    old = visit.page.url();
    await button('Save as the next version').click();
    await text('Nothing was changed: there is no new version.').waitFor();
    await caption.fill('A caption by the test.');
    await button('Save as the next version').click();
    await text('Saved as version 2 of scenes.').waitFor();
    await text('Version 2, the latest').waitFor();
  });

  test('an edit of a page that is out of date overwrites nothing, and leads to the latest version', async () => {
    await visit.page.goto(old);
    await text('This is version 1').waitFor();
    const caption = visit.page.getByLabel('Caption', { exact: true });
    await caption.fill('A caption by somebody who has not seen the other.');
    await button('Save as the next version').click();
    await text(/^The latest version, 2, is not what was edited: ".*" has changed\./).waitFor();
    expect(await caption.inputValue()).toBe('A caption by somebody who has not seen the other.');
    await link('this sample in version 2').click();
    await text('Version 2, the latest').waitFor();
    expect(await caption.inputValue()).toBe('A caption by the test.');
    await visit.page.getByRole('combobox', { name: 'Split' }).click();
    await visit.page.getByRole('option', { selected: false }).first().click();
    await button('Save as the next version').click();
    await text('Saved as version 3 of scenes.').waitFor();
    await text('Version 3, the latest').waitFor();
    await link('scenes').click();
    await visit.page.getByRole('tab', { name: 'Versions' }).click();
    await visit.page.getByRole('row', { name: '1 sample changed (1 split)' }).waitFor();
  });

  test('a token is made, shown once, and revoked', async () => {
    await link('Access').click();
    await button('New token').click();
    await visit.page.getByLabel('Name').fill('a program');
    await button('Make the token').click();
    await text(/^cw_/).waitFor();
    await visit.page.keyboard.press('Escape');
    const row = visit.page.getByRole('row', { name: /a program/ });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await button('Revoke the token').click();
    await row.waitFor({ state: 'detached' });
  });

  test.each(['light', 'dark'] as const)(
    'axe finds nothing serious on any page in %s colours',
    async (colorScheme) => {
      await visit.page.emulateMedia({ colorScheme });
      const found: Record<string, string[]> = {};
      for (const address of await addresses()) {
        await visit.page.goto(`${server.url}${address}`);
        await visit.page.locator('h1').waitFor();
        await visit.page.waitForLoadState('networkidle');
        const findings = await seriousFindings(visit.page);
        if (colorScheme === 'light') await takePictures(visit.page, `pages/${named(address)}`);
        if (findings.length > 0) found[address] = findings;
      }
      expect(found).toEqual({});
    },
    240_000,
  );

  test('no page complains, or asks another host', async () => {
    const { host } = new URL(server.url);
    expect(visit.requests.length).toBeGreaterThan(50);
    const elsewhere = visit.requests.filter(
      (url) => !/^(data|blob):/.test(url) && new URL(url).host !== host,
    );
    expect(elsewhere).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });

  /** As the dashboard writes it. */
  function numbers(count: number): string {
    return count.toLocaleString('en');
  }

  /** A file's name for an address, without ids. */
  function named(address: string): string {
    const words = address
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '')
      .match(/[a-z]+/g)
      ?.filter((word) => word !== 'tab');
    return words?.join('-') || 'overview';
  }

  async function addresses(): Promise<string[]> {
    const client = await server.client();
    const { datasets, runs } = await client.request<{
      datasets: {
        nodes: { id: string; latestVersion: { samples: { nodes: { id: string }[] } } }[];
      };
      runs: { nodes: { id: string }[] };
    }>(
      '{ datasets { nodes { id latestVersion { samples(first: 1) { nodes { id } } } } } runs { nodes { id } } }',
    );
    const [{ id: dataset, latestVersion }] = datasets.nodes as [(typeof datasets.nodes)[number]];
    const [run] = runs.nodes;
    return [
      '/',
      '/datasets',
      ...['', '?tab=labels', '?tab=pairs', '?tab=versions', '?tab=embeddings'].map(
        (tab) => `/datasets/${dataset}${tab}`,
      ),
      `/datasets/${dataset}/samples/${latestVersion.samples.nodes[0]!.id}`,
      '/encoders',
      '/runs',
      '/runs/new',
      ...['', '?tab=labels', '?tab=evaluation', '?tab=errors', '?tab=configuration'].map(
        (tab) => `/runs/${run!.id}${tab}`,
      ),
      '/compare',
      '/experiments',
      '/experiments/new',
      '/models',
      '/models/scenes',
      '/try',
      '/access',
      '/runs/no/where',
    ];
  }
});
