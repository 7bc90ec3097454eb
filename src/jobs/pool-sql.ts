import type pg from 'pg';
import type { Sql } from '../db/sql.js';

/** The port over a pool: for work that must not wait behind a busy `Database`. */
export function poolSql(pool: pg.Pool): Sql {
  return {
    query: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(text, values as unknown[])).rows,
  };
}
