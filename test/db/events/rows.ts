import type { Sql } from '../../../src/db/sql.js';

/** A job with no event yet. */
export async function insertJob(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ id: string }>(
    `insert into jobs (task, payload) values ('import-dataset', '{}') returning id`,
  );
  return row!.id;
}

/** A run with no event yet, and whatever it needs. */
export async function insertRun(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ id: string }>(
    `with d as (insert into datasets (name) values (gen_random_uuid()::text) returning id),
     v as (insert into dataset_versions (dataset_id, number, digest, labels, label_stats, sample_count, labelled_count)
           select id, 1, sha256(''), '[]', '[]', 0, 0 from d returning id),
     s as (insert into embedding_spaces (encoder_id, revision, preprocessing, precision, dimension)
           values ('e', gen_random_uuid()::text, 'p', 'FP32', 4) returning id),
     e as (insert into embedding_sets (version_id, space_id, image_count, text_count)
           select v.id, s.id, 0, 0 from v, s returning id, version_id)
     insert into runs (name, version_id, set_id, encoder_id, config, seed, thresholds, tags)
     select 'r', version_id, id, 'e', '{}', 1, '{}', '{}' from e returning id`,
  );
  return row!.id;
}
