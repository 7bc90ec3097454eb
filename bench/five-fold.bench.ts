/*
 * Question: what do the product's own runs reach on the 2,010 photos, five-fold with three seeds, beside TF-IDF with
 * scikit-learn's logistic regression? Folds: tools/clip-mini/folds.json, made by iterative stratification. In each fold a
 * ninth of the other four is held out for validation; the fold itself is the test split. The TF-IDF figures come from
 * tools/clip-mini/probe.py, on the same folds.
 *
 *   npx tsx bench/five-fold.bench.ts [--folder ../shared/photos] [--seeds 3]
 */
import { createReadStream } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ApiClient } from '../src/demo/api-client.js';
import { stratify } from '../src/ml/data/iterative-stratification.js';
import { Rng } from '../src/ml/data/rng.js';
import { openTable } from '../src/tables/open-table.js';
import { ServerProcess } from '../test/support/server-process.js';
import { writeResult } from './harness.js';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '../shared/photos' },
    seeds: { type: 'string', default: '3' },
  },
});
const FUSIONS = ['IMAGE_ONLY', 'TEXT_ONLY', 'CONCAT'] as const;
const folder = path.resolve(values.folder);
const kept = JSON.parse(
  await readFile(path.join(import.meta.dirname, '../tools/clip-mini/folds.json'), 'utf8'),
) as { keys: number[]; seeds: Record<string, string> };
const keys = kept.keys.map((key) => `${key}.jpg`);
const work = await mkdtemp(path.join(tmpdir(), 'clipwright-folds-'));
const rows = await readRows();
const scores: Record<string, number[]> = Object.fromEntries(FUSIONS.map((kind) => [kind, []]));
const server = await ServerProcess.start({
  data: path.join(work, 'data'),
  importRoot: path.join(work, 'import'),
});
try {
  const client = await server.client();
  for (const [seed, assignment] of Object.entries(kept.seeds).slice(0, Number(values.seeds))) {
    for (let fold = 0; fold < 5; fold++) {
      const datasetId = await importFold(
        client,
        `seed-${seed}-fold-${fold}`,
        [...assignment].map(Number),
        fold,
      );
      for (const kind of FUSIONS) {
        const meanAveragePrecision = await train(client, datasetId, kind, Number(seed));
        scores[kind]!.push(meanAveragePrecision);
        console.log(`seed ${seed} fold ${fold} ${kind}: mAP ${meanAveragePrecision.toFixed(4)}`);
      }
    }
  }
  await writeResult('five-fold', {
    samples: rows.size,
    folds: 5,
    seeds: Number(values.seeds),
    meanAveragePrecision: Object.fromEntries(
      Object.entries(scores).map(([kind, all]) => [kind, summary(all)]),
    ),
    fusedMinusText: summary(scores.CONCAT!.map((value, i) => value - scores.TEXT_ONLY![i]!)),
    fusedMinusImage: summary(scores.CONCAT!.map((value, i) => value - scores.IMAGE_ONLY![i]!)),
  });
} finally {
  await server.stop();
  await rm(work, { recursive: true, force: true });
}

interface Row {
  labels: string;
  caption: string;
}

async function readRows(): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  const chunks = createReadStream(path.join(folder, 'photos.csv'));
  const table = await openTable(chunks, 'CSV', 'photos.csv');
  for await (const row of table.rows) {
    if (row.kind !== 'row') throw new Error(`photos.csv line ${row.line}: ${row.reason}`);
    const cell = (name: string) => String(row.cells.get(name));
    found.set(cell('ImageID'), { labels: cell('Labels'), caption: cell('Caption') });
  }
  return found;
}

/** A folder with hard links to the photos and a table whose split column says which fold is which. */
async function importFold(
  client: ApiClient,
  name: string,
  assignment: readonly number[],
  fold: number,
): Promise<string> {
  const directory = path.join(work, 'import', name);
  await mkdir(path.join(directory, 'images'), { recursive: true });
  const rest = keys.filter((_, index) => assignment[index] !== fold);
  const labelSets = rest.map((key) => rows.get(key)!.labels.split(' ').map(Number));
  const held = stratify(labelSets, [8 / 9, 1 / 9], Rng.fromSeed(1));
  const splits = new Map(
    rest.map((key, index) => [key, held[index] === 1 ? 'validation' : 'train']),
  );
  const lines = ['image,labels,caption,split'];
  for (const key of keys) {
    const { labels, caption } = rows.get(key)!;
    lines.push(`${key},${labels},"${caption.replaceAll('"', '""')}",${splits.get(key) ?? 'test'}`);
  }
  await writeFile(path.join(directory, 'samples.csv'), `${lines.join('\n')}\n`);
  for (const file of await readdir(path.join(folder, 'images'))) {
    const target = path.join(directory, 'images', file);
    await link(path.join(folder, 'images', file), target).catch(async () =>
      writeFile(target, await readFile(path.join(folder, 'images', file))),
    );
  }
  const { importDataset } = await client.request<{ importDataset: { job: { id: string } } }>(
    'mutation ($input: ImportDatasetInput!) { importDataset(input: $input) { job { id } } }',
    { input: { name, source: { directory: name, table: 'samples.csv', imageFolder: 'images' } } },
  );
  for await (const _ of client.subscribe(
    'subscription ($id: ID!) { jobEvents(jobId: $id) { seq } }',
    { id: importDataset.job.id },
  ));
  const { dataset } = await client.request<{
    dataset: { id: string; latestVersion: { sampleCount: number } };
  }>('query ($name: String!) { dataset(name: $name) { id latestVersion { sampleCount } } }', {
    name,
  });
  if (dataset.latestVersion.sampleCount !== rows.size) throw new Error(`${name}: rows are missing`);
  return dataset.id;
}

async function train(
  client: ApiClient,
  datasetId: string,
  kind: string,
  seed: number,
): Promise<number> {
  const { startRun } = await client.request<{ startRun: { id: string } }>(
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input: { datasetId, encoderId: 'clipwright/clip-mini', seed, config: { fusion: { kind } } } },
  );
  for await (const _ of client.subscribe(
    'subscription ($id: ID!) { runEvents(runId: $id) { seq } }',
    { id: startRun.id },
  ));
  const { run } = await client.request<{ run: { final: { meanAveragePrecision: number } } }>(
    'query ($id: ID!) { run(id: $id) { final { meanAveragePrecision } } }',
    { id: startRun.id },
  );
  return run.final.meanAveragePrecision;
}

function summary(all: readonly number[]): { mean: number; deviation: number } {
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const variance =
    all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, all.length - 1);
  return { mean, deviation: Math.sqrt(variance) };
}
