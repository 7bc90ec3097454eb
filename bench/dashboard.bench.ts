/*
 * Does the dashboard show its first page within a second, and answer what somebody does within 100 ms, with 5,000 runs of
 * 200 epochs? In Debian's Chromium, on a server of its own, each from the click to the frame that shows what was asked for.
 *
 *   npx tsx bench/dashboard.bench.ts [folder]
 *
 * Filling a database takes minutes: with a folder it is kept there for the next time.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { embeddedPostgresUrl } from '../src/db/embedded/embedded-postgres.js';
import type { ApiClient } from '../src/demo/api-client.js';
import { writeScenes } from '../src/demo/write-scenes.js';
import { openVisit, type Visit } from '../test/e2e/dashboard/visit.js';
import { ServerProcess } from '../test/support/server-process.js';
import { fillRuns } from './dashboard/fill-runs.js';
import { IN_PAGE } from './dashboard/in-page.js';
import { quantile, writeResult } from './harness.js';

const RUNS = 5000;
const EPOCHS = 200;
const COMPARED = 10;
const ROUNDS = 10;
const VIEWPORT = { width: 1360, height: 900 };

const [folder] = process.argv.slice(2);
const work = folder ?? (await mkdtemp(path.join(tmpdir(), 'clipwright-dashboard-bench-')));
const isFilled = existsSync(path.join(work, 'data'));
if (!isFilled) await writeScenes(path.join(work, 'import/scenes'), { count: 120, seed: 5 });
const server = await ServerProcess.start({
  data: path.join(work, 'data'),
  importRoot: path.join(work, 'import'),
});
const milliseconds: Record<string, number[]> = {};
try {
  const client = await server.client();
  if (!isFilled) {
    await trainBases(client);
    await fillRuns((await embeddedPostgresUrl(path.join(work, 'data/postgres')))!, RUNS, EPOCHS);
  }
  const visit = await openVisit();
  await prepare(visit.context, client.token);
  await firstPages(visit, client.token);
  await interactions(visit);
  await visit.close();
  if (visit.complaints.length > 0) throw new Error(visit.complaints.join('\n'));
} finally {
  await server.stop();
  if (folder === undefined) await rm(work, { recursive: true, force: true });
}
await writeResult('dashboard', {
  runs: RUNS,
  epochs: EPOCHS,
  compared: COMPARED,
  milliseconds: Object.fromEntries(
    Object.entries(milliseconds).map(([name, values]) => [
      name,
      { median: quantile(values, 0.5), p95: quantile(values, 0.95), count: values.length },
    ]),
  ),
});

/** Twelve real runs, of which the others are copies. */
async function trainBases(client: ApiClient): Promise<void> {
  const { importDataset } = await client.request<{
    importDataset: { dataset: { id: string }; job: { id: string } };
  }>(
    'mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { dataset { id } job { id } } }',
    { input: { name: 'scenes', source: { directory: 'scenes' } } },
  );
  const imported = client.subscribe('subscription ($id: ID!) { jobEvents(jobId: $id) { seq } }', {
    id: importDataset.job.id,
  });
  for await (const _ of imported);
  const { startExperiment } = await client.request<{ startExperiment: { id: string } }>(
    'mutation ($input: ExperimentInput!) { startExperiment(input: $input) { id } }',
    {
      input: {
        datasetId: importDataset.dataset.id,
        encoderId: 'clipwright/clip-mini',
        heads: [{ kind: 'LINEAR' }, { kind: 'MLP' }, { kind: 'COSINE' }],
        fusions: [{ kind: 'CONCAT' }, { kind: 'IMAGE_ONLY' }],
        losses: [{ kind: 'BCE' }, { kind: 'FOCAL' }],
        seeds: [1],
        config: { epochs: 3 },
      },
    },
  );
  const trained = client.subscribe(
    'subscription ($id: ID!) { experimentEvents(id: $id) { seq } }',
    { id: startExperiment.id },
  );
  for await (const _ of trained);
}

/** The page Runs, by a browser that has started but has never been here. */
async function firstPages(visit: Visit, token: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const context = await visit.context.browser()!.newContext({ viewport: VIEWPORT });
    await prepare(context, token);
    const page = await context.newPage();
    await page.goto(`${server.url}/runs`);
    const [paint, rows] = (await page.evaluate(`(async () => {
      await until(() => firstRun() !== '');
      const rows = performance.now();
      const paint = () => performance.getEntriesByName('first-contentful-paint')[0];
      await until(paint);
      return [paint().startTime, rows];
    })()`)) as [number, number];
    add('first paint', paint);
    add('first rows', rows);
    await context.close();
  }
}

async function interactions({ page }: Visit): Promise<void> {
  const measure = async (name: string, act: string, done: string) => {
    const value = await page.evaluate(`timed(() => { ${act} }, () => ${done})`);
    add(name, value as number);
  };
  const settle = () => page.evaluate('until(() => isStill() && firstRun() !== "")');

  await page.goto(`${server.url}/runs`);
  await settle();
  for (let round = 0; round < ROUNDS; round++) {
    await page.evaluate('window.before = firstRun()');
    await measure(
      'sort by mAP',
      "named('th button', 'mAP').click()",
      'isStill() && firstRun() !== before',
    );
    await settle();
  }
  for (let round = 0; round < ROUNDS; round++) {
    const name = `copy ${String(100 + 37 * round).padStart(5, '0')}`;
    await measure(
      'filter by name',
      `type(labelled('Name or notes'), '${name}')`,
      `isStill() && firstRun() === '${name}'`,
    );
  }
  await page.evaluate("type(labelled('Name or notes'), '')");
  await page.evaluate(
    "until(() => isStill() && document.querySelectorAll('tbody tr[aria-rowindex]').length > 5)",
  );
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Learning rate' }).waitFor();
  for (let round = 0; round < ROUNDS; round++) {
    await page.evaluate("window.before = document.querySelectorAll('thead th').length");
    await measure(
      'show or hide a column',
      "labelled('Learning rate').click()",
      "document.querySelectorAll('thead th').length !== before",
    );
  }
  await page.keyboard.press('Escape');
  for (let round = 1; round <= ROUNDS; round++) {
    await measure(
      'scroll by 40 rows',
      `one('section[aria-label^=Runs]').scrollTop = ${(round % 2) * 40 * 38}`,
      `[...document.querySelectorAll('tbody tr[aria-rowindex]')].some((row) => row.ariaRowIndex === '${2 + (round % 2) * 40}')`,
    );
  }
  for (let round = 0; round < COMPARED; round++) {
    await measure(
      'choose a run',
      "one('tbody input[type=checkbox]:not(:checked)').click()",
      `document.querySelectorAll('tbody tr[data-selected]').length === ${round + 1}`,
    );
  }
  const chosen = page.url();
  for (let round = 0; round <= ROUNDS; round++) {
    await page.evaluate(
      `window.row = document.querySelectorAll('tbody tr[aria-rowindex] a')[${round}]; window.before = row.textContent`,
    );
    // Nobody clicks where the pointer was not a moment before.
    await page.evaluate("row.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))");
    await page.waitForTimeout(150);
    // The first one runs the library for charts for the first time.
    await measure(
      round === 0 ? 'open the first run' : 'open a run',
      'row.click()',
      "one('h1')?.textContent === before && document.querySelectorAll('figure canvas').length === 2",
    );
    await page.goBack();
    await settle();
  }
  for (let round = 0; round <= ROUNDS; round++) {
    await page.goto(chosen);
    await settle();
    // Nobody chooses ten runs sooner.
    await page.waitForTimeout(2000);
    await page.evaluate(
      "named('main a', 'Compare').dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))",
    );
    await page.waitForTimeout(150);
    await measure(
      'compare 10 runs',
      "named('main a', 'Compare').click()",
      `one('h1')?.textContent === 'Compare runs' && document.querySelectorAll('thead th').length >= ${COMPARED} && areDrawn()`,
    );
  }
  await page.getByRole('slider', { name: /Smoothing/ }).focus();
  for (let round = 1; round <= ROUNDS; round++) {
    await measure(
      'smooth the curves of 10 runs',
      "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', code: 'ArrowRight', bubbles: true }))",
      `named('p', 'Smoothing ${5 * round} %') !== undefined`,
    );
  }
  for (let round = 0; round < ROUNDS; round++) {
    const axis = round % 2 === 0 ? 'Time' : 'Epochs';
    await measure(
      'change the axis of 10 runs',
      `named('label', '${axis}').click()`,
      `labelled('${axis}').checked`,
    );
  }
}

async function prepare(context: BrowserContext, token: string): Promise<void> {
  await context.addInitScript(`sessionStorage.setItem('clipwright-token', '${token}')`);
  await context.addInitScript(IN_PAGE);
}

function add(name: string, value: number): void {
  milliseconds[name] = [...(milliseconds[name] ?? []), value];
}
