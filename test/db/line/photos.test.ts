import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHARED } from '../../support/shared.js';
import { DataLine } from './data-line.js';

const present = existsSync(join(SHARED, 'photos/photos.csv'));
if (!present) console.warn(`skipped: ${SHARED}/photos is absent`);

describe.skipIf(!present)('the 2,010 photos', () => {
  let line: DataLine;
  beforeAll(async () => {
    line = await DataLine.create({ importRoots: [SHARED] });
    await line.worker();
  });
  afterAll(() => line.close());

  it('are imported whole, with the names of labels.csv, and a second time unchanged', async () => {
    const job = await line.import('photos', 'photos');
    expect(job).toMatchObject({ status: 'SUCCEEDED', unchanged: false });
    expect(await line.report(job.id)).toEqual({
      read: 2010,
      imported: 2010,
      rejectedCount: 0,
      rejected: [],
    });
    const version = await line.version(job.versionId!);
    expect(version).toMatchObject({ sampleCount: 2010, labelledCount: 2010 });
    expect(version.labels).toHaveLength(18);
    expect(version.labels[0]).toEqual({ key: '1', name: 'person' });
    expect(version.labels.map(({ key }) => Number(key))).toEqual(
      version.labels.map(({ key }) => Number(key)).sort((a, b) => a - b),
    );
    for (const [train, validation, test] of version.labelStats) {
      const total = train! + validation! + test!;
      expect(validation).toBeGreaterThanOrEqual(Math.floor(total * 0.07));
      expect(test).toBeGreaterThanOrEqual(Math.floor(total * 0.07));
    }
    const counts = await line.db.query<{ split: string; count: number }>(
      'select split, count(*)::int as count from samples where version_id = $1 group by split',
      [job.versionId],
    );
    for (const { split, count } of counts) {
      expect(Math.abs(count - (split === 'TRAIN' ? 1608 : 201)), split).toBeLessThanOrEqual(15);
    }
    const events = await line.events(job.id);
    expect(events.at(-1)).toMatchObject({ status: 'SUCCEEDED', progress: 1 });
    expect(events.some((event) => (event.etaSeconds ?? 0) > 0)).toBe(true);

    const again = await line.import('photos', 'photos');
    expect(again).toMatchObject({ unchanged: true, versionId: job.versionId });
  }, 120_000);
});
