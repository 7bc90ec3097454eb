import type { Split } from './enums.js';
import { labelEntries } from './label-entries.js';
import type { Sql } from './sql.js';

type KeptTogether = 'NOTHING' | 'SAME_IMAGE' | 'SAME_CAPTION';

export interface TrainingSample {
  /** as label sets take them */
  labels: number[];
  labelled: boolean;
  split: Split;
  hasImage: boolean;
  hasText: boolean;
  /** only where samples of the same image, and of the same caption, are asked for */
  imageSha256: Buffer | null;
  caption: string | null;
}

/** What the import that made a version kept together; a version that was made otherwise keeps nothing. */
export async function keptTogether(sql: Sql, versionId: string): Promise<KeptTogether> {
  const [row] = await sql.query<{ kept: KeptTogether | null }>(
    `select j.payload #>> '{split,keepTogether}' as kept
     from dataset_versions v join jobs j on j.id = v.import_job_id where v.id = $1`,
    [versionId],
  );
  return row?.kept ?? 'NOTHING';
}

/** A page of a version's samples in position order, for building targets without holding captions in memory. */
export async function trainingSamples(
  sql: Sql,
  versionId: string,
  from: number,
  count: number,
  together: KeptTogether,
): Promise<TrainingSample[]> {
  return sql.query<TrainingSample>(
    `select ${labelEntries('samples')} as labels, labelled, split, image_sha256 is not null as "hasImage",
       coalesce(caption, '') <> '' as "hasText",
       case when $4::text = 'SAME_IMAGE' then image_sha256 end as "imageSha256",
       case when $4::text = 'SAME_CAPTION' then caption end as caption
     from samples where version_id = $1 and position >= $2 and position < $3 order by position`,
    [versionId, from, from + count, together],
  );
}

/** How many labelled samples of a version have the modalities that are needed, by split; and how many do not. */
export async function countUsableSamples(
  sql: Sql,
  versionId: string,
  needs: { image: boolean; text: boolean; either: boolean },
): Promise<{ train: number; validation: number; test: number; lacking: number }> {
  const [image, text] = ['image_sha256 is not null', "coalesce(caption, '') <> ''"];
  const usable = `labelled and case when $4 then ${image} or ${text}
    else (not $2 or ${image}) and (not $3 or ${text}) end`;
  const [row] = await sql.query<{
    train: number;
    validation: number;
    test: number;
    lacking: number;
  }>(
    `select count(*) filter (where split = 'TRAIN' and ${usable})::int as train,
       count(*) filter (where split = 'VALIDATION' and ${usable})::int as validation,
       count(*) filter (where split = 'TEST' and ${usable})::int as test,
       count(*) filter (where labelled and not (${usable}))::int as lacking
     from samples where version_id = $1`,
    [versionId, needs.image, needs.text, needs.either],
  );
  return row!;
}
