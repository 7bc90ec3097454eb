/*
 * Question: does the memory of an embedding grow with the number of photos, and what does known content cost? The worker and
 * its children are watched while a whole job embeds small JPEGs that differ in one comment; then another version of the same
 * photos is embedded. Budget (issue 4): flat (the peak of the last quarter at most 1.1 times that of the second); at least
 * 2,000 known files a second, without inference. The rows are written here: imports are another question.
 *
 *   npx tsx bench/embed-scale.bench.ts [--count 100000 | --count 2000]
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { Database } from '../src/db/database.js';
import { embeddedPostgresUrl } from '../src/db/embedded/embedded-postgres.js';
import { Rng } from '../src/ml/data/rng.js';
import { DiskStore } from '../src/storage/disk-store.js';
import { parseSha256 } from '../src/storage/sha256.js';
import { processTree } from '../test/e2e/kill-trials/process-tree.js';
import { ServerProcess } from '../test/support/server-process.js';
import { writeResult } from './harness.js';
import { commented } from './jpeg-comment.js';
import { pssOf } from './process-memory.js';

const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' } } });
const count = Number(values.count);
const PICTURES = 64;
const SIZE = { width: 160, height: 120 };
const EVERY_MS = 1000;

const work = await mkdtemp(path.join(tmpdir(), 'clipwright-scale-'));
const data = path.join(work, 'data');
const server = await ServerProcess.start({ data, importRoot: work });
const db = Database.open((await embeddedPostgresUrl(path.join(data, 'postgres')))!);
try {
  const client = await server.client();
  const contents = await writePhotos();
  const first = await writeVersion(contents);
  const started = performance.now();
  const memory: { progress: number; mib: number }[] = [];
  const computed = await embed(first, memory);
  const seconds = (performance.now() - started) / 1000;
  const again = await writeVersion(contents);
  const startedAgain = performance.now();
  const computedAgain = await embed(again, []);
  const secondsAgain = (performance.now() - startedAgain) / 1000;
  if (computed !== count || computedAgain !== 0)
    throw new Error(`computed ${computed}, then ${computedAgain}`);

  const peak = (quarter: number) => {
    const within = memory.filter(({ progress }) => Math.ceil(progress * 4) === quarter);
    return Math.max(...within.map(({ mib }) => mib));
  };
  // Memory is a question of many photos, what known content costs at least one of few.
  await writeResult(count < 10_000 ? 'embed-scale-few' : 'embed-scale', {
    photos: count,
    photosPerSecond: count / seconds,
    peakMiBByQuarter: [1, 2, 3, 4].map((quarter) => Math.round(peak(quarter))),
    growth: peak(4) / peak(2),
    wantedGrowth: 1.1,
    knownPerSecond: count / secondsAgain,
    wantedKnownPerSecond: 2000,
  });

  /** @returns how many vectors were computed */
  async function embed(versionId: string, seen: typeof memory): Promise<number> {
    const { embedDataset } = await client.request<{
      embedDataset: { id: string; job: { id: string } };
    }>(
      'mutation ($id: ID!) { embedDataset(datasetVersionId: $id, encoderId: "clipwright/clip-mini") { id job { id } } }',
      { id: versionId },
    );
    for (let next = 0; ; await sleep(20)) {
      const [job] = await db.query<{ status: string; progress: number }>(
        'select status, progress from jobs where id = $1',
        [embedDataset.job.id],
      );
      if (job!.status === 'SUCCEEDED') break;
      if (job!.status === 'FAILED') throw new Error('the embedding failed');
      if (performance.now() < next) continue;
      next = performance.now() + EVERY_MS;
      const tree = processTree(server.child.pid!);
      const ours = tree.filter(({ name }) => ['worker', 'image', 'infer'].includes(name));
      const bytes = ours.reduce((sum, { pid }) => sum + pssOf(pid), 0);
      seen.push({ progress: job!.progress, mib: bytes / 2 ** 20 });
    }
    const [set] = await db.query<{ computed: number }>(
      'select computed_count as computed from embedding_sets where id = $1',
      [embedDataset.id],
    );
    return set!.computed;
  }
} finally {
  await db.close();
  await server.stop();
  await rm(work, { recursive: true, force: true });
}

/** @returns the photos' SHA-256 */
async function writePhotos(): Promise<Buffer[]> {
  const rng = Rng.fromSeed(4);
  const raw = { ...SIZE, channels: 3 as const };
  const pictures = await Promise.all(
    Array.from({ length: PICTURES }, () => {
      const small = Buffer.from(Array.from({ length: 8 * 6 * 3 }, () => rng.below(256)));
      return sharp(small, { raw: { width: 8, height: 6, channels: 3 } })
        .resize(raw.width, raw.height)
        .jpeg()
        .toBuffer();
    }),
  );
  const blobs = await DiskStore.open(data);
  const contents: Buffer[] = [];
  for (let number = 0; number < count; number++) {
    const picture = pictures[number % PICTURES]!;
    const photo = commented(picture, number);
    const sha256 = createHash('sha256').update(photo).digest();
    const file = blobs.path(parseSha256(sha256.toString('hex')));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, photo);
    contents.push(sha256);
  }
  await db.query(
    `insert into images (sha256, bytes, format, width, height)
     select sha256, 1000, 'jpeg', $2, $3 from unnest($1::bytea[]) as c(sha256)`,
    [contents, SIZE.width, SIZE.height],
  );
  return contents;
}

/** A dataset of its own, with these photos. */
async function writeVersion(contents: readonly Buffer[]): Promise<string> {
  return db.transaction(async (tx) => {
    const [version] = await tx.query<{ id: string }>(
      `with d as (insert into datasets (name) values (gen_random_uuid()::text) returning id)
       insert into dataset_versions (dataset_id, number, digest, labels, label_stats, sample_count, labelled_count)
       select id, 1, sha256(id::text::bytea), '[]', '[]', $1, 0 from d returning id`,
      [contents.length],
    );
    await tx.query(
      `insert into samples (version_id, position, key, labels, labelled, split, image_sha256)
       select $1, place - 1, lpad(place::text, 9, '0'), '{}', false, 'TRAIN', sha256
       from unnest($2::bytea[]) with ordinality as c(sha256, place)`,
      [version!.id, contents],
    );
    await tx.query(
      'update datasets set latest_version_id = $1 where id = (select dataset_id from dataset_versions where id = $1)',
      [version!.id],
    );
    return version!.id;
  });
}
