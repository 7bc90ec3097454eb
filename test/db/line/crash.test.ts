import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../../../src/ml/data/rng.js';
import { embedDataset } from '../../../src/services/embed-dataset.js';
import { parseSha256, sha256Of } from '../../../src/storage/sha256.js';
import { makePng } from '../../support/png.js';
import { DataLine } from './data-line.js';
import { LostImages, MOST_LOST } from './lost-images.js';

const SEED = Number(process.env.CLIPWRIGHT_TEST_SEED ?? 1);
const TRIALS = 2;
const rng = Rng.fromSeed(SEED);
let line: DataLine;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  line = await DataLine.create();
});
afterEach(() => line.stopWorkers());
afterAll(() => line.close());

async function writeFolder(name: string, from: number, n: number): Promise<void> {
  const rows = Array.from({ length: n }, (_, i) => from + i);
  await line.write(name, {
    'table.csv': `image,labels,caption\n${rows
      .map((i) => `${i}.png,${i % 7} ${i % 3},${i % 11 === 0 ? '' : `caption ${i}`}`)
      .join('\n')}\nabsent.png,1,x\n`,
    ...Object.fromEntries(rows.map((i) => [`${i}.png`, makePng(i)])),
  });
}

async function until(ready: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await ready())) {
    if (Date.now() > deadline) throw new Error('it did not happen');
    await sleep(2);
  }
}

describe('a worker killed with SIGKILL', () => {
  it.each(Array.from({ length: TRIALS }, (_, trial) => trial))(
    'in the middle of an import leaves what an undisturbed one makes (trial %i)',
    async (trial) => {
      const name = `killed ${trial}`;
      await writeFolder(name, trial * 10_000, 500);
      const { jobId } = await line.start({ name, source: { directory: name } });
      for (let kills = 0; kills < 2; kills++) {
        const rows = rng.below(450);
        const child = await line.childWorker();
        await until(async () => {
          const { read = 0 } = await line.report(jobId);
          return read >= rows || (await line.job(jobId)).status === 'SUCCEEDED';
        });
        await sleep(rng.below(60));
        await child.kill();
        expect(await line.count('dataset_versions')).toBeLessThanOrEqual(2 * trial + 1);
      }
      await line.childWorker();
      const job = await line.ended(jobId);
      expect(job).toMatchObject({ status: 'SUCCEEDED', unchanged: false });
      expect(await line.report(jobId)).toMatchObject({
        read: 501,
        imported: 500,
        rejectedCount: 1,
      });
      expect(await line.count('import_rows')).toBe(0);
      const calm = await line.import(`calm ${trial}`, name);
      const [killed, undisturbed] = [
        await line.version(job.versionId!),
        await line.version(calm.versionId!),
      ];
      expect(killed.digest).toBe(undisturbed.digest);
      expect(killed.labelStats).toEqual(undisturbed.labelStats);
      const strip = ({ image, ...sample }: { image: string | null }) => ({ ...sample, image });
      expect((await line.samples(job.versionId!)).map(strip)).toEqual(
        (await line.samples(calm.versionId!)).map(strip),
      );
      for (const { image } of await line.samples(job.versionId!)) {
        expect(sha256Of(await line.blobs.read(parseSha256(image!)))).toBe(image);
      }
      const events = await line.events(jobId);
      expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1));
      expect(events.filter((event) => event.status === 'SUCCEEDED')).toHaveLength(1);
    },
    90_000,
  );

  it('in the middle of an embedding loses at most what was under way', async () => {
    await writeFolder('embedded', 500_000, 2500);
    await line.worker();
    const made = await line.import('embedded', 'embedded');
    await line.stopWorkers();
    const deps = { db: line.db, encoders: line.encoder };
    const setId = await embedDataset(deps, {
      datasetVersionId: made.versionId!,
      encoderId: 'test/fake',
    });
    const set = async () => {
      const [row] = await line.db.query<{
        jobId: string;
        computed: number;
        artifact: string | null;
      }>(
        `select job_id as "jobId", computed_count as computed, encode(artifact_sha256, 'hex') as artifact
         from embedding_sets where id = $1`,
        [setId],
      );
      return row!;
    };
    const { jobId } = await set();
    const lost = await LostImages.watch(line, setId);
    // More than may be lost at the last, and never so many that the images come to their end, though all be kept.
    for (const images of [1 + rng.below(660), 1 + rng.below(660), 660]) {
      const before = (await line.tally()).images;
      const child = await line.childWorker({ delay: 20, images: images + 100 });
      await until(async () => (await line.tally()).images >= before + images);
      await child.kill();
      expect(await lost.more()).toBeLessThanOrEqual(MOST_LOST);
      expect((await set()).artifact).toBeNull();
    }
    await line.childWorker();
    expect(await line.ended(jobId)).toMatchObject({ status: 'SUCCEEDED' });
    const { computed, artifact } = await set();
    const [{ contents }] = (await line.db.query<{ contents: number }>(
      'select count(*)::int as contents from embedding_entries',
    )) as [{ contents: number }];
    expect(computed).toBe(contents);

    // An undisturbed embedding of the same samples makes the same file.
    await line.db.query('update embedding_sets set artifact_sha256 = null where id = $1', [setId]);
    await line.db.query('delete from embedding_packs');
    await embedDataset(deps, { datasetVersionId: made.versionId!, encoderId: 'test/fake' });
    expect(await line.ended((await set()).jobId)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await set()).artifact).toBe(artifact);
  }, 120_000);
});
