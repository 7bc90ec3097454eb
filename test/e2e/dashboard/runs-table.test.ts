import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiClient } from '../../../src/demo/api-client.js';
import { changeFirst } from './change-first.js';
import { trainRun } from './prepare.js';
import { type ServedScenes, serveScenes } from './serve-scenes.js';
import { signIn } from './sign-in.js';
import { CHROMIUM, openVisit, seriousFindings, type Visit } from './visit.js';

/** In the order in which they are made; two settings, one of them with three seeds. */
const RUNS = [
  { name: 'words', seed: 1, fusion: 'TEXT_ONLY', epochs: 2 },
  { name: 'both one', seed: 1, fusion: 'CONCAT', epochs: 4 },
  { name: 'both two', seed: 2, fusion: 'CONCAT', epochs: 4 },
  { name: 'both three', seed: 3, fusion: 'CONCAT', epochs: 4 },
] as const;

describe.skipIf(!CHROMIUM)('the table of runs (skipped where Chromium is not installed)', () => {
  let scenes: ServedScenes;
  let client: ApiClient;
  let visit: Visit;
  const text = (pattern: RegExp | string) => visit.page.getByText(pattern).first();
  const button = (name: string) => visit.page.getByRole('button', { name, exact: true });
  const open = (address: string) => visit.page.goto(`${scenes.server.url}${address}`);
  const parameter = (name: string) => new URL(visit.page.url()).searchParams.get(name);
  const heading = (name: string) => visit.page.getByRole('columnheader', { name });

  beforeAll(async () => {
    scenes = await serveScenes({ count: 120, seed: 17 });
    client = scenes.client;
    const { datasetId } = scenes;
    for (const { name, seed, fusion, epochs } of RUNS) {
      await trainRun(client, {
        datasetId,
        name,
        seed,
        config: { epochs, fusion: { kind: fusion } },
      });
    }
    visit = await openVisit();
    await signIn(visit, scenes.server.output);
  });
  afterAll(async () => {
    await visit?.close();
    await scenes?.close();
  });

  test('a run is there when it is opened, where the pointer rested on its link', async () => {
    await open('/runs');
    const link = visit.page.getByRole('link', { name: 'words', exact: true });
    await link.waitFor();
    // What the page of the run asks for itself is not answered.
    const answers = await changeFirst(visit.page, 'Run', () => {});
    const answered = visit.page.waitForResponse(
      (response) => response.request().postDataJSON()?.operationName === 'Run',
    );
    await link.hover();
    await answered;
    await link.click();
    await visit.page.getByRole('heading', { name: 'words', level: 1 }).waitFor();
    await answers.goOn();
  });

  test('a click sorts, one with Shift sorts by more, and Back goes back', async () => {
    await open('/runs');
    await shows('both three', 'both two', 'both one', 'words');
    await heading('Run').getByRole('button').click();
    await shows('both one', 'both three', 'both two', 'words');
    await heading('Run').getByRole('button').click();
    await shows('words', 'both two', 'both three', 'both one');
    expect(parameter('sort')).toBe('-name');

    await heading('Status').getByRole('button').click();
    await heading('Run')
      .getByRole('button')
      .click({ modifiers: ['Shift'] });
    await shows('both one', 'both three', 'both two', 'words');
    expect(parameter('sort')).toBe('status,name');
    expect(await heading('Status').getAttribute('aria-sort')).toBe('ascending');
    await heading('Status')
      .getByRole('button')
      .click({ modifiers: ['Shift'] });
    // It turns round where it is.
    await expect.poll(() => parameter('sort')).toBe('-status,name');
    await visit.page.goBack();
    await visit.page.goBack();
    await visit.page.goBack();
    await shows('words', 'both two', 'both three', 'both one');
    await visit.page.reload();
    await shows('words', 'both two', 'both three', 'both one');
  });

  test('columns are chosen, ordered and pinned, and the address says which', async () => {
    await open('/runs');
    await button('Columns').click();
    const menu = visit.page.getByRole('dialog');
    await menu.getByRole('checkbox', { name: 'Batch size' }).check();
    await menu.getByRole('checkbox', { name: 'Micro-F1' }).uncheck();
    await menu.getByRole('button', { name: 'Pin mAP' }).click();
    await menu.getByRole('button', { name: 'Batch size further to the left' }).click();
    expect(await menu.getByRole('checkbox', { name: 'Run', exact: true }).isDisabled()).toBe(true);
    await visit.page.keyboard.press('Escape');
    const wanted = [
      ...['Run', 'mAP', 'Status', 'Macro-F1', 'Head', 'Fusion', 'Loss', 'Seed', 'Dataset'],
      ...['Tags', 'Duration', 'Batch size', 'Created'],
    ];
    await expect.poll(headings).toEqual(wanted);
    expect(parameter('pinned')).toBe('name,map');
    await visit.page.reload();
    await expect.poll(headings).toEqual(wanted);

    const scroller = visit.page.getByRole('region', { name: 'Runs, scrolls' });
    const places = () => Promise.all(['Run', 'mAP', 'Status'].map(leftOf));
    const before = await places();
    await scroller.evaluate((element) => {
      element.scrollLeft = 200;
    });
    await expect.poll(places).not.toEqual(before);
    const after = await places();
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).toBeLessThan(before[2]!);
  });

  test('runs are grouped by what they share and by seed, with mean ± deviation', async () => {
    await open('/runs');
    await choose('Grouped by', 'Settings, seeds together');
    await text(/^2 groups/).waitFor();
    const answer = await client.request<{
      runGroups: {
        numRuns: number;
        meanAveragePrecision: { mean: number; deviation: number | null };
      }[];
    }>(`{ runGroups(by: [SETTINGS]) { numRuns meanAveragePrecision { mean deviation } } }`);
    const both = answer.runGroups.find(({ numRuns }) => numRuns === 3)!.meanAveragePrecision;
    const row = visit.page.getByRole('row', { name: /Concat/ });
    const cells = await row.getByRole('cell').allInnerTexts();
    expect(cells.slice(5, 8)).toEqual([
      '3',
      '3',
      `${both.mean.toFixed(3)} ± ${both.deviation!.toFixed(3)}`,
    ]);
    await row.getByRole('button', { name: /^The runs of the group/ }).click();
    await visit.page.getByRole('link', { name: 'Compare 3 of them' }).waitFor();
    await heading('Macro-F1').getByRole('button').click();
    await expect.poll(() => parameter('measure')).toBe('macroF1');

    await choose('Grouped by', 'Seed');
    await text(/^4 groups/).waitFor();
    expect(parameter('group')).toBe('SETTINGS,SEED');
    await visit.page.reload();
    await text(/^4 groups/).waitFor();
    expect(await heading('Macro-F1').getAttribute('aria-sort')).toBe('descending');
    await visit.page.goBack();
    await text(/^2 groups/).waitFor();
    expect(await heading('Macro-F1').getAttribute('aria-sort')).toBe('descending');
    await visit.page.goBack();
    await visit.page.goBack();
    await shows('both three', 'both two', 'both one', 'words');
  });

  test('chosen runs are put aside and taken back', async () => {
    await open('/runs');
    await visit.page.getByRole('checkbox', { name: 'Choose words' }).check();
    await visit.page.getByRole('checkbox', { name: 'Choose both two' }).check();
    await text('4 runs, 2 chosen').waitFor();
    await expect.poll(() => parameter('runs')?.split(',').length).toBe(2);
    await button('Archive').click();
    await text('2 runs put aside').waitFor();
    await shows('both three', 'both one');

    await visit.page.getByRole('switch', { name: 'Archived' }).click();
    await shows('both two', 'words');
    await visit.page.getByRole('checkbox', { name: 'Choose words' }).check();
    await button('Take back').click();
    await text('1 run taken back.').waitFor();
    await shows('both two');
    await visit.page.goBack();
    await shows('both three', 'both one', 'words');
    await client.request(
      `mutation ($ids: [ID!]!) { archiveRuns(ids: $ids, archived: false) { id } }`,
      { ids: await archived() },
    );
  });

  test('Back and Forward choose the runs that the address names', async () => {
    await open('/runs');
    await visit.page.getByRole('checkbox', { name: 'Choose words' }).check();
    await heading('Run').getByRole('button').click();
    await visit.page.getByRole('checkbox', { name: 'Choose both one' }).check();
    await text('4 runs, 2 chosen').waitFor();
    await visit.page.goBack();
    await text('4 runs, 1 chosen').waitFor();
    expect(await visit.page.getByRole('checkbox', { name: 'Choose both one' }).isChecked()).toBe(
      false,
    );
    await visit.page.goForward();
    await text('4 runs, 2 chosen').waitFor();
  });

  test('a view brings back filter, figures, order and columns, also what was typed', async () => {
    await open('/runs?sort=-name&columns=name,map,seed');
    await visit.page.getByLabel('Name or notes').fill('both');
    await choose('Figures', 'of epoch …');
    await visit.page.getByLabel('Epoch', { exact: true }).fill('3');
    await shows('both two', 'both three', 'both one');
    await expect.poll(() => parameter('figures')).toBe('3');
    await visit.page.getByRole('checkbox', { name: 'Choose both two' }).check();
    await saveView('Both, third epoch');

    await open('/runs?text=words&figures=1');
    await shows('words');
    await button('Views').click();
    await visit.page.getByRole('menuitem', { name: 'Both, third epoch' }).click();
    await shows('both two', 'both three', 'both one');
    await expect.poll(headings).toEqual(['Run', 'mAP', 'Seed']);
    expect(await visit.page.getByLabel('Name or notes').inputValue()).toBe('both');
    expect(await visit.page.getByLabel('Epoch', { exact: true }).inputValue()).toBe('3');
    expect(parameter('runs')).toBeNull();
    expect(await visit.page.getByText(/chosen/).count()).toBe(0);
    await visit.page.goBack();
    await shows('words');
    expect(await visit.page.getByLabel('Name or notes').inputValue()).toBe('words');

    await visit.page.getByLabel('Name of this view').fill(' Both, third epoch ');
    await text('Replaces your view of this name.').waitFor();
    await button('Replace').click();
    await button('Save').waitFor();
    expect(await visit.page.getByRole('menuitem').count()).toBe(1);
    await visit.page.getByRole('menuitem', { name: 'Both, third epoch' }).click();
    // What the page was set to when it was replaced.
    await expect.poll(() => new URL(visit.page.url()).search).toBe('?text=words&figures=1');

    await button('Delete the view Both, third epoch').click();
    await visit.page
      .getByRole('menuitem', { name: 'Both, third epoch' })
      .waitFor({ state: 'detached' });
  });

  test('a view follows its owner to another browser, and one that is shared is there for all', async () => {
    await open('/runs?sort=-name');
    await saveView('By name');
    const share = button('Share the view By name');
    await share.click();
    await expect.poll(() => share.getAttribute('aria-pressed')).toBe('true');
    await visit.page.keyboard.press('Escape');
    await open('/compare?log=yes');
    await saveView('Logarithmic');
    expect(await visit.page.getByRole('menuitem').allInnerTexts()).toEqual(['Logarithmic']);

    const { createToken } = await client.request<{ createToken: { secret: string } }>(
      'mutation { createToken(name: "colleague", role: VIEWER) { secret } }',
    );
    const browsers = [await openVisit(), await openVisit()] as const;
    try {
      for (const { page } of browsers) {
        await page.goto(`${scenes.server.url}/runs`);
        await page.getByLabel('Token').fill(createToken.secret);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('button', { name: 'Views' }).click();
        await page.getByRole('menuitem', { name: 'By name by browser' }).waitFor();
      }
      const [{ page: first }, { page: second }] = browsers;
      await first.getByRole('menuitem', { name: 'By name by browser' }).click();
      await expect.poll(() => new URL(first.url()).search).toBe('?sort=-name');
      await first.getByLabel('Name of this view').fill('Mine');
      await first.getByRole('button', { name: 'Save', exact: true }).click();
      await first.getByRole('button', { name: 'Delete the view Mine' }).waitFor();
      expect(await first.getByRole('button', { name: /^(Share|Delete) the view/ }).count()).toBe(1);

      await second.keyboard.press('Escape');
      await second.getByRole('button', { name: 'Views' }).click();
      await second.getByRole('menuitem', { name: 'Mine', exact: true }).click();
      await expect.poll(() => new URL(second.url()).search).toBe('?sort=-name');
    } finally {
      await Promise.all(browsers.map((each) => each.close()));
    }
  });

  test('the library for charts has drawn something before anybody asks for a chart', async () => {
    const page = await visit.context.newPage();
    await page.addInitScript(`
      const { stroke } = CanvasRenderingContext2D.prototype;
      window.numStrokes = 0;
      CanvasRenderingContext2D.prototype.stroke = function (...all) {
        numStrokes++;
        return stroke.apply(this, all);
      };`);
    await page.goto(`${scenes.server.url}/runs`);
    await page.locator('tbody a').first().waitFor();
    await expect.poll(() => page.evaluate('numStrokes')).toBeGreaterThan(0);
    expect(await page.locator('canvas').count()).toBe(0);
    await page.close();
  });

  test('axe finds nothing serious, and no page complains', async () => {
    for (const address of ['/runs?sort=-name,map', '/runs?group=SETTINGS']) {
      await open(address);
      await visit.page.locator('tbody tr').first().waitFor();
      await visit.page.waitForLoadState('networkidle');
      expect(await seriousFindings(visit.page)).toEqual([]);
    }
    expect(visit.complaints).toEqual([]);
  });

  async function shows(...names: string[]): Promise<void> {
    await expect.poll(() => visit.page.locator('tbody a').allInnerTexts()).toEqual(names);
  }

  /** Those of the columns, without the one that chooses and without the marks of their order. */
  async function headings(): Promise<string[]> {
    const all = await visit.page.getByRole('columnheader').allInnerTexts();
    return all.slice(1).map((name) => name.replace(/ [↑↓]\d?$/, ''));
  }

  async function leftOf(name: string): Promise<number> {
    return (await heading(name).boundingBox())!.x;
  }

  async function choose(field: string, option: string): Promise<void> {
    await visit.page.getByRole('combobox', { name: field }).press('ArrowDown');
    await visit.page.getByRole('option', { name: option, exact: true }).click();
  }

  async function saveView(name: string): Promise<void> {
    await button('Views').click();
    await visit.page.getByLabel('Name of this view').fill(name);
    await button('Save').click();
    await visit.page.getByRole('menuitem', { name }).waitFor();
  }

  async function archived(): Promise<string[]> {
    const { runs } = await client.request<{ runs: { nodes: { id: string }[] } }>(
      '{ runs(filter: { archived: true }) { nodes { id } } }',
    );
    return runs.nodes.map(({ id }) => id);
  }
});
