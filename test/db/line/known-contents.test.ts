import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  missingContents,
  placesOfContents,
  placesOfSamples,
} from '../../../src/db/embedding-entries.queries.js';
import type { Tx } from '../../../src/db/sql.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const COUNT = 500;
const contents = Array.from({ length: COUNT }, (_, i) =>
  createHash('sha256').update(String(i)).digest(),
);
let database: TestDatabase;
let spaceId: string;
let versionId: string;

// Written at once and never analysed, as after an import: PostgreSQL takes such tables for nearly empty.
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  await db.query(
    `insert into images (sha256, bytes, format, width, height)
     select sha256, 1000, 'jpeg', 10, 10 from unnest($1::bytea[]) as c(sha256)`,
    [contents],
  );
  const [space] = await db.query<{ id: string }>(
    `insert into embedding_spaces (encoder_id, revision, preprocessing, precision, dimension)
     values ('a', 'b', 'c', 'FP32', 4) returning id`,
  );
  spaceId = space!.id;
  await db.query(
    `with p as (
       insert into embedding_packs (space_id, sha256, count) values ($1, sha256('pack'), $3) returning id
     )
     insert into embedding_entries (space_id, modality, content, pack_id, row)
     select $1, 'IMAGE', content, p.id, (place - 1)::int
     from p, unnest($2::bytea[]) with ordinality as c(content, place)`,
    [spaceId, contents, COUNT],
  );
  const [version] = await db.query<{ id: string }>(
    `with d as (insert into datasets (name) values ('known') returning id)
     insert into dataset_versions (dataset_id, number, digest, labels, label_stats, sample_count, labelled_count)
     select id, 1, sha256('version'), '[]', '[]', $1, 0 from d returning id`,
    [COUNT],
  );
  versionId = version!.id;
  await db.query(
    `insert into samples (version_id, position, key, labels, labelled, split, image_sha256)
     select $1, place - 1, lpad(place::text, 9, '0'), '{}', false, 'TRAIN', sha256
     from unnest($2::bytea[]) with ordinality as c(sha256, place)`,
    [versionId, contents],
  );
});

afterAll(() => database.drop());

const questions: Record<string, (tx: Tx) => Promise<number>> = {
  missing: async (tx) =>
    (await tx.query(missingContents('IMAGE'), [versionId, spaceId, 0, COUNT])).length + COUNT,
  'of samples': async (tx) =>
    (await placesOfSamples(tx, { versionId, spaceId, modality: 'IMAGE', from: 0, to: COUNT }))
      .length,
  'of contents': async (tx) =>
    (await placesOfContents(tx, { spaceId, modality: 'IMAGE', contents })).length,
};

test.each(Object.entries(questions))(
  'vectors %s are looked up one by one, however little PostgreSQL knows of the rows',
  async (_, ask) => {
    const { db } = database;
    const before = await entriesRead();
    const found = await db.transaction(async (tx) => {
      const rows = await ask(tx);
      await tx.query('select pg_stat_force_next_flush()');
      return rows;
    });
    expect(found).toBe(COUNT);
    expect((await entriesRead()) - before).toBeLessThanOrEqual(2 * COUNT);
  },
);

/** Entries that scans of the table or its indices have given since the beginning. */
async function entriesRead(): Promise<number> {
  const [row] = await database.db.query<{ read: string }>(
    `select seq_tup_read + coalesce((
       select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'embedding_entries'
     ), 0) as read
     from pg_stat_user_tables where relname = 'embedding_entries'`,
  );
  return Number(row!.read);
}
