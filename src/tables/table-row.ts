/** The cells of a row by column name: text from CSV, any JSON value from JSONL. */
export type Cells = ReadonlyMap<string, unknown>;

/** A record that could be read. */
export interface ReadRow {
  readonly kind: 'row';
  /** The first line of the record, from 1. */
  readonly line: number;
  readonly cells: Cells;
}

/** A record that could not: every record is one or the other. */
export interface UnreadRow {
  readonly kind: 'rejected';
  readonly line: number;
  /** What could be made out before reading failed. */
  readonly cells: Cells;
  readonly reason: string;
}

export type TableRow = ReadRow | UnreadRow;

/** A table being read. The rows can be walked once, and memory does not grow with their number. */
export interface Table {
  readonly format: 'CSV' | 'JSONL';
  /** CSV: the columns. JSONL: empty, as each row names its own. */
  readonly header: readonly string[];
  readonly rows: AsyncIterable<TableRow>;
  /** Lets go of the source; needed where the rows are not walked to their end. */
  close(): Promise<void>;
}
