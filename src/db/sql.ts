import type { QueryResultRow } from 'pg';

/** What a query needs: the pool or one open transaction. Values are always parameters, never part of the text. */
export interface Sql {
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** An open transaction: whatever is written through it commits together, or not at all. */
export interface Tx extends Sql {
  readonly inTransaction: true;
}
