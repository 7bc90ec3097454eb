/*
 * Can the grid of a dataset of 30,000 samples be scrolled without a hitch, to its end by the wheel and anywhere by the
 * scrollbar? In Debian's Chromium, on a server of its own. Budget: frames of 50 ms at most by the wheel, 100 ms
 * from a filter to what fits it; the page's elements and memory are the same at the end as at the beginning.
 *
 *   npx tsx bench/sample-grid.bench.ts [folder]
 *
 * Importing, embedding and a run take some ten minutes: with a folder they are kept there for the next time.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { importFolder, trainRun } from '../test/e2e/dashboard/prepare.js';
import { openVisit, type Visit } from '../test/e2e/dashboard/visit.js';
import { ServerProcess } from '../test/support/server-process.js';
import { IN_GRID } from './dashboard/in-grid.js';
import { IN_PAGE } from './dashboard/in-page.js';
import { writeManyScenes } from './dashboard/write-many-scenes.js';
import { quantile, writeResult } from './harness.js';

const SAMPLES = 30_000;
const ROUNDS = 6;
const LONG_FRAME_MS = 50;
/** A notch of a wheel; they come as fast as frames do. */
const NOTCH = 120;

const [folder] = process.argv.slice(2);
const work = folder ?? (await mkdtemp(path.join(tmpdir(), 'clipwright-sample-grid-')));
const isFilled = existsSync(path.join(work, 'data'));
if (!isFilled) await writeManyScenes(path.join(work, 'import/scenes'), SAMPLES);
const server = await ServerProcess.start({
  data: path.join(work, 'data'),
  importRoot: path.join(work, 'import'),
});
const milliseconds: Record<string, number[]> = {};
const frames: Record<string, { count: number; p95: number; longest: number; long: number }> = {};
try {
  const client = await server.client();
  if (!isFilled) {
    const datasetId = await importFolder(client, 'scenes');
    const config = { epochs: 3, fusion: { kind: 'TEXT_ONLY' } };
    await trainRun(client, { datasetId, name: 'words', config });
  }
  const { datasets, runs } = await client.request<Record<'datasets' | 'runs', Listed>>(
    '{ datasets { nodes { id } } runs { nodes { id } } }',
  );
  const address = `${server.url}/datasets/${datasets.nodes[0]!.id}`;
  const visit = await openVisit();
  await visit.context.addInitScript(
    `sessionStorage.setItem('clipwright-token', '${client.token}')`,
  );
  await visit.context.addInitScript(IN_PAGE);
  await visit.context.addInitScript(IN_GRID);
  const sizes = await scroll(visit, address);
  await filters(visit.page, address, runs.nodes[0]!.id);
  if (visit.complaints.length > 0) throw new Error(visit.complaints.join('\n'));
  await writeResult('sample-grid', {
    samples: SAMPLES,
    sizes,
    frames,
    milliseconds: Object.fromEntries(
      Object.entries(milliseconds).map(([name, values]) => [
        name,
        { median: quantile(values, 0.5), p95: quantile(values, 0.95), count: values.length },
      ]),
    ),
  });
  await visit.close();
} finally {
  await server.stop();
  if (folder === undefined) await rm(work, { recursive: true, force: true });
}

interface Listed {
  nodes: { id: string }[];
}

interface Size {
  elements: number;
  heapMiB: number;
}

async function scroll(
  { page, context }: Visit,
  address: string,
): Promise<Record<'begin' | 'end', Size>> {
  await page.goto(address);
  add('first pictures', await page.evaluate<number>('shown().then(() => performance.now())'));
  const total = (await page.evaluate('totalOf()')) as number;
  if (total !== SAMPLES) throw new Error(`the grid has ${total} samples`);
  const session = await context.newCDPSession(page);
  const begin = await sizeOf(session);

  await page.mouse.move(680, 600);
  await recorded(page, 'wheel, notch by notch', async () => {
    for (let notch = 0; notch < 300; notch++) await page.mouse.wheel(0, NOTCH);
  });
  add('pictures after the wheel', await untilShown(page));
  await recorded(page, 'wheel to the end', async () => {
    while (!(await page.evaluate('isAtEnd()'))) {
      for (let notch = 0; notch < 20; notch++) await page.mouse.wheel(0, 20 * NOTCH);
    }
  });
  add('pictures after the wheel', await untilShown(page));
  const last = await page.evaluate('lastKey()');
  if (last !== `${String(SAMPLES - 1).padStart(6, '0')}.jpg`) throw new Error(`ends at ${last}`);

  await recorded(page, 'jumps by the scrollbar', async () => {
    for (const name of ['never seen', 'seen before']) {
      for (let round = 0; round < ROUNDS; round++) {
        const [tiles, pictures] = (await page.evaluate(
          `jump(${((0.381966 * (round + 1)) % 1).toFixed(6)})`,
        )) as [number, number];
        add(`tiles after a jump, ${name}`, tiles);
        add(`pictures after a jump, ${name}`, pictures);
      }
    }
  });
  await recorded(page, 'scrollbar dragged from end to end', async () => {
    await page.evaluate('drag(3000)');
  });
  add('pictures after the drag', await untilShown(page));
  return { begin, end: await sizeOf(session) };
}

/** From the choice to the tiles that fit it, and the number of them. */
async function filters(page: Page, address: string, runId: string): Promise<void> {
  const kinds: Record<string, (round: number) => string> = {
    'filter by split': (round) => `split=${['TRAIN', 'VALIDATION', 'TEST'][round % 3]}`,
    'filter by label': (round) => `labels=${1 + (round % 8)}`,
    'filter by text': (round) => `text=0${10 + round}`,
    'filter by a run’s errors': (round) =>
      `errorsOf=${runId}&error=${round % 2 === 0 ? 'FALSE_NEGATIVE' : 'FALSE_POSITIVE'}`,
  };
  await page.goto(address);
  await page.evaluate('shown()');
  for (const [name, search] of Object.entries(kinds)) {
    for (let round = -1; round < ROUNDS; round++) {
      const took = await page.evaluate<number>(
        `timed(() => go('?${search(Math.max(0, round))}'), isFiltered)`,
      );
      // The first one reads the scores of the run.
      add(round === -1 ? `${name}, the first time` : name, took);
      await page.evaluate(`timed(() => go('?'), () => isFiltered() && totalOf() === ${SAMPLES})`);
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    add(
      'counts of the labels',
      await page.evaluate<number>(
        "timed(() => go('?tab=labels'), () => document.querySelector('figure canvas'))",
      ),
    );
    await page.evaluate("timed(() => go('?'), isShown)");
  }
}

async function recorded(page: Page, name: string, act: () => Promise<void>): Promise<void> {
  await page.evaluate('void record()');
  await act();
  const times = (await page.evaluate('recorded()')) as number[];
  frames[name] = {
    count: times.length,
    p95: quantile(times, 0.95),
    longest: Math.max(...times),
    long: times.filter((time) => time > LONG_FRAME_MS).length,
  };
  console.log(name, JSON.stringify(frames[name]));
}

function untilShown(page: Page): Promise<number> {
  return page.evaluate<number>('timed(() => {}, isShown)');
}

async function sizeOf(session: CDPSession): Promise<Size> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  return { elements: of('Nodes'), heapMiB: of('JSHeapUsedSize') / 2 ** 20 };
}

function add(name: string, value: number): void {
  milliseconds[name] = [...(milliseconds[name] ?? []), value];
}
