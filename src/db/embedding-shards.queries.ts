import type { Modality } from './enums.js';
import type { Sql, Tx } from './sql.js';

/** The contents that a set lacked, whose first sample is at a position from `from` on and before `to`. */
export interface NewShard {
  modality: Modality;
  from: number;
  to: number;
  /** contents */
  total: number;
}

export interface ClaimedShard extends NewShard {
  setId: string;
  number: number;
  attempt: number;
}

/** @param shards in the order in which they are to be taken */
export async function insertShards(
  tx: Tx,
  setId: string,
  shards: readonly NewShard[],
): Promise<void> {
  await tx.query(
    `insert into embedding_shards (set_id, number, modality, from_position, to_position, total)
     select $1, (place - 1)::int, modality, first, last, total
     from unnest($2::"Modality"[], $3::int[], $4::int[], $5::int[])
       with ordinality as s(modality, first, last, total, place)`,
    [
      setId,
      shards.map(({ modality }) => modality),
      shards.map(({ from }) => from),
      shards.map(({ to }) => to),
      shards.map(({ total }) => total),
    ],
  );
}

/** With the set's job: it has ended, or begins anew. */
export async function deleteShards(tx: Tx, setId: string): Promise<void> {
  await tx.query('delete from embedding_shards where set_id = $1', [setId]);
}

/** Puts back what an earlier attempt at the set's job held. @returns how many shards are not done */
export async function reopenShards(tx: Tx, setId: string): Promise<number> {
  await tx.query(
    `update embedding_shards set status = 'QUEUED'
     where set_id = $1 and status = 'RUNNING' and worker_id is null`,
    [setId],
  );
  return (await shardsLeft(tx, setId)).shards;
}

export async function shardsLeft(
  sql: Sql,
  setId: string,
): Promise<{ shards: number; contents: number }> {
  const [row] = await sql.query<{ shards: number; contents: number }>(
    `select count(*) filter (where status <> 'SUCCEEDED')::int as shards,
       coalesce(sum(total - done), 0)::int as contents
     from embedding_shards where set_id = $1`,
    [setId],
  );
  return row!;
}

const CLAIMED = `t.set_id as "setId", t.number, t.modality, t.from_position as "from",
  t.to_position as "to", t.total, t.attempt`;
const HELPER_IS_GONE = `s.worker_id is not null
  and not exists (select from workers w where w.id = s.worker_id)`;

/** For the set's own job. What failed with a helper comes first: the job has the attempts, and shows the error. */
export async function claimShard(tx: Tx, setId: string): Promise<ClaimedShard | undefined> {
  const [shard] = await tx.query<ClaimedShard & { [column: string]: unknown }>(
    `with next as (
       select s.set_id, s.number from embedding_shards s
       where s.set_id = $1 and (s.status = 'QUEUED' or (s.status = 'RUNNING' and ${HELPER_IS_GONE}))
       order by s.left_to_job desc, s.number limit 1 for update skip locked
     )
     update embedding_shards t set status = 'RUNNING', attempt = t.attempt + 1, worker_id = null
     from next where t.set_id = next.set_id and t.number = next.number
     returning ${CLAIMED}`,
    [setId],
  );
  return shard;
}

/**
 * For a worker that helps, one shard at a time: what it is said to hold is left over from a lost answer. Where it runs the
 * set's own job, it is at work on the set already.
 */
export async function claimShardToHelp(
  sql: Sql,
  workerId: string,
): Promise<ClaimedShard | undefined> {
  // The share lock keeps a sweeper from declaring the worker dead until the claim is committed.
  const [shard] = await sql.query<ClaimedShard & { [column: string]: unknown }>(
    `with worker as (
       select id from workers where id = $1 for key share
     ), next as (
       select s.set_id, s.number from embedding_shards s
       join embedding_sets e on e.id = s.set_id
       join jobs j on j.id = e.job_id
       where exists (select from worker) and not s.left_to_job and (
         (s.status = 'RUNNING' and s.worker_id = $1)
         or ((s.status = 'QUEUED' or (s.status = 'RUNNING' and ${HELPER_IS_GONE}))
           and (j.status = 'QUEUED' or (j.status = 'RUNNING' and j.worker_id is distinct from $1))))
       order by j.created_at, s.set_id, s.number limit 1 for update of s skip locked
     )
     update embedding_shards t set status = 'RUNNING', attempt = t.attempt + 1, worker_id = $1
     from next where t.set_id = next.set_id and t.number = next.number
     returning ${CLAIMED}`,
    [workerId],
  );
  return shard;
}

const OURS = `set_id = $1 and number = $2 and attempt = $3 and status = 'RUNNING'`;
const key = ({ setId, number, attempt }: ClaimedShard) => [setId, number, attempt];

/** Whether this attempt at the shard still counts. */
export async function holdsShard(sql: Sql, shard: ClaimedShard): Promise<boolean> {
  const rows = await sql.query(`select from embedding_shards where ${OURS}`, key(shard));
  return rows.length === 1;
}

/** @returns false where this attempt does not count any more */
export async function setShardDone(
  sql: Sql,
  shard: ClaimedShard,
  change: { done: number } | { more: number },
): Promise<boolean> {
  const rows = await sql.query(
    `update embedding_shards set done = coalesce($4, done) + $5 where ${OURS} returning number`,
    'done' in change ? [...key(shard), change.done, 0] : [...key(shard), null, change.more],
  );
  return rows.length === 1;
}

/** @returns false where this attempt does not count any more */
export async function endShard(sql: Sql, shard: ClaimedShard): Promise<boolean> {
  const rows = await sql.query(
    `update embedding_shards set status = 'SUCCEEDED', done = total where ${OURS} returning number`,
    key(shard),
  );
  return rows.length === 1;
}

/** @param leftToJob no helper is to take it again */
export async function putShardBack(
  sql: Sql,
  shard: ClaimedShard,
  leftToJob: boolean,
): Promise<void> {
  await sql.query(
    `update embedding_shards set status = 'QUEUED', worker_id = null, left_to_job = $4 where ${OURS}`,
    [...key(shard), leftToJob],
  );
}
