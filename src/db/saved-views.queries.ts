import type { Sql, Tx } from './sql.js';

export interface SavedViewRow {
  id: string;
  owner: string;
  page: string;
  name: string;
  query: string;
  shared: boolean;
  createdAt: Date;
  updatedAt: Date;
}

const VIEW = `id, owner, page, name, query, shared, created_at as "createdAt", updated_at as "updatedAt"`;

/** The owner's of a page, then what others share, each by name. */
export function listSavedViews(
  sql: Sql,
  options: { owner: string; page: string; limit: number },
): Promise<SavedViewRow[]> {
  return sql.query(
    `select ${VIEW} from saved_views where page = $2 and (owner = $1 or shared)
     order by owner <> $1, name collate "C", id limit $3`,
    [options.owner, options.page, options.limit],
  );
}

export async function savedViewById(sql: Sql, id: string): Promise<SavedViewRow | undefined> {
  const [row] = await sql.query<SavedViewRow & { [column: string]: unknown }>(
    `select ${VIEW} from saved_views where id = $1`,
    [id],
  );
  return row;
}

/** One who saves at a time, so that the views of an owner can be counted. */
export async function lockViewsOf(tx: Tx, owner: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('views ' || $1, 0))`, [owner]);
}

export async function countSavedViews(
  tx: Tx,
  owner: string,
  except: { page: string; name: string },
): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from saved_views where owner = $1 and (page, name) <> ($2, $3)`,
    [owner, except.page, except.name],
  );
  return row!.count;
}

/**
 * In the place of the owner's view of this name, where there is one.
 * @param view its `shared` is what it was where that is null, at first false
 * @returns its id
 */
export async function putSavedView(
  tx: Tx,
  view: Pick<SavedViewRow, 'owner' | 'page' | 'name' | 'query'> & { shared: boolean | null },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into saved_views as v (owner, page, name, query, shared) values ($1, $2, $3, $4, coalesce($5, false))
     on conflict (owner, page, name) do update
       set query = excluded.query, shared = coalesce($5, v.shared), updated_at = now()
     returning id`,
    [view.owner, view.page, view.name, view.query, view.shared],
  );
  return row!.id;
}

/** @returns whether there was one that may be deleted: the owner's, or with `anyShared` one that is shared */
export async function deleteSavedView(
  sql: Sql,
  options: { id: string; owner: string; anyShared: boolean },
): Promise<boolean> {
  const rows = await sql.query(
    'delete from saved_views where id = $1 and (owner = $2 or (shared and $3)) returning id',
    [options.id, options.owner, options.anyShared],
  );
  return rows.length > 0;
}
