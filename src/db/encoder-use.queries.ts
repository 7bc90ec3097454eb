import type { Tx } from './sql.js';

/** What would stop working without an encoder. */
export interface EncoderUse {
  what: string;
  count: number;
  /** at most three, the latest */
  names: string[];
}

/**
 * What is under way with an encoder, and what predicts with it: complete embeddings need it no more, runs and versions of models
 * do. Its own download or addition is not among them (`lockEncoder`).
 */
export function encoderUse(tx: Tx, encoderId: string): Promise<EncoderUse[]> {
  return tx.query<EncoderUse & { [column: string]: unknown }>(
    `with its_sets as (
       select s.id, s.job_id, s.version_id from embedding_sets s join embedding_spaces p on p.id = s.space_id where p.encoder_id = $1
     ), uses(place, what, name, at) as (
       select 1, 'embedding', 'dataset ' || d.name || ', version ' || v.number || ', by job ' || j.id, j.created_at
         from its_sets s join jobs j on j.id = s.job_id
           join dataset_versions v on v.id = s.version_id join datasets d on d.id = v.dataset_id
         where j.status in ('QUEUED', 'RUNNING', 'PAUSED')
       union all
       select 2, 'batch prediction', b.model, b.created_at from batch_predictions b
         where b.set_id in (select id from its_sets) and b.status in ('QUEUED', 'RUNNING')
       union all
       select 3, 'experiment', e.name, e.created_at from experiments e
         where e.status in ('QUEUED', 'RUNNING', 'PAUSED')
           and exists (select from experiment_sets x join its_sets s on s.id = x.set_id where x.experiment_id = e.id)
       union all
       select 4, 'run', r.name, r.created_at from runs r
         where r.encoder_id = $1 and r.status in ('QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED')
       union all
       select 5, 'model version', m.name || '/' || v.number, v.created_at
         from model_versions v join models m on m.id = v.model_id where v.manifest->'encoder'->>'id' = $1
     )
     select what, count(*)::int as count, (array_agg(name order by at desc))[1:3] as names
     from uses group by place, what order by place`,
    [encoderId],
  );
}
