import type { QueryResultRow } from 'pg';
import type { Tx } from './sql.js';

/**
 * The rows of a query a page at a time, so that memory does not grow with their number. The transaction may run other
 * statements between pages; `name` must be free in it.
 */
export async function* cursorPages<Row extends QueryResultRow>(
  tx: Tx,
  name: string,
  text: string,
  values: readonly unknown[],
  pageSize = 2000,
): AsyncGenerator<Row[]> {
  if (!/^[a-z_]+$/.test(name)) throw new Error(`not a cursor's name: ${name}`);
  await tx.query(`declare ${name} no scroll cursor for ${text}`, values);
  for (;;) {
    const rows = await tx.query<Row>(`fetch forward ${pageSize} from ${name}`);
    if (rows.length > 0) yield rows;
    if (rows.length < pageSize) break;
  }
  await tx.query(`close ${name}`);
}
