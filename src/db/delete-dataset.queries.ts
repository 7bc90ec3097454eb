import type { Tx } from './sql.js';

/** Locks the dataset and its versions: no run, set or import can begin on them until the transaction ends. */
export async function lockDataset(tx: Tx, id: string): Promise<{ name: string } | undefined> {
  const [row] = await tx.query<{ name: string }>(
    'select name from datasets where id = $1 for update',
    [id],
  );
  if (row) await tx.query('select id from dataset_versions where dataset_id = $1 for update', [id]);
  return row;
}

export interface DatasetUse {
  runs: number;
  experiments: number;
  batchPredictions: number;
  /** imports and embeddings that have not ended */
  jobs: number;
}

export async function datasetUse(tx: Tx, id: string): Promise<DatasetUse> {
  const [row] = await tx.query<DatasetUse & { [column: string]: unknown }>(
    `select (select count(*)::int from runs r join dataset_versions v on v.id = r.version_id
             where v.dataset_id = $1) as runs,
       (select count(*)::int from experiments e join dataset_versions v on v.id = e.version_id
        where v.dataset_id = $1) as experiments,
       (select count(*)::int from batch_predictions b join dataset_versions v on v.id = b.version_id
        where v.dataset_id = $1) as "batchPredictions",
       (select count(*)::int from jobs j where j.status in ('QUEUED', 'RUNNING', 'PAUSED')
          and (j.dataset_id = $1 or j.id in (
            select s.job_id from embedding_sets s join dataset_versions v on v.id = s.version_id
            where v.dataset_id = $1))) as jobs`,
    [id],
  );
  return row!;
}

/**
 * Deletes a dataset with its versions, samples and embedding sets, and what nothing else uses then: images, vectors, and
 * packs without a vector left.
 * @returns the files that lost their row, hexadecimal
 */
export async function deleteDatasetRows(tx: Tx, id: string): Promise<string[]> {
  await tx.query(
    `create temporary table deleted_contents on commit drop as
     select 'IMAGE'::"Modality" as modality, image_sha256 as content
     from samples s join dataset_versions v on v.id = s.version_id
     where v.dataset_id = $1 and image_sha256 is not null
     union
     select 'TEXT', sha256(convert_to(caption, 'UTF8'))
     from samples s join dataset_versions v on v.id = s.version_id
     where v.dataset_id = $1 and caption <> ''`,
    [id],
  );
  const sets = await tx.query<{ sha256: string }>(
    `select encode(file, 'hex') as sha256 from embedding_sets s
     join dataset_versions v on v.id = s.version_id
     cross join lateral unnest(array[artifact_sha256, tokens_sha256]) as file
     where v.dataset_id = $1 and file is not null`,
    [id],
  );
  await tx.query('update datasets set latest_version_id = null where id = $1', [id]);
  await tx.query('delete from datasets where id = $1', [id]); // versions, samples and sets go with it
  await tx.query(
    `delete from deleted_contents d where modality = 'IMAGE' and (
       exists (select 1 from samples s where s.image_sha256 = d.content)
       or exists (select 1 from import_rows r where r.image_sha256 = d.content))`,
  );
  await tx.query(
    `delete from deleted_contents d using samples s
     where d.modality = 'TEXT' and s.caption <> '' and sha256(convert_to(s.caption, 'UTF8')) = d.content`,
  );
  const touched = await tx.query<{ id: string }>(
    `with gone as (
       delete from embedding_entries e using deleted_contents d, embedding_spaces s
       where e.space_id = s.id and e.modality = d.modality and e.content = d.content returning e.pack_id
     ) select distinct pack_id as id from gone`,
  );
  const packs = await tx.query<{ sha256: string }>(
    `delete from embedding_packs p where id = any($1)
       and not exists (select 1 from embedding_entries e where e.pack_id = p.id)
     returning encode(sha256, 'hex') as sha256`,
    [touched.map((pack) => pack.id)],
  );
  const images = await tx.query<{ sha256: string }>(
    `delete from images i using deleted_contents d where d.modality = 'IMAGE' and i.sha256 = d.content
     returning encode(i.sha256, 'hex') as sha256`,
  );
  return [...sets, ...packs, ...images].map((row) => row.sha256);
}
