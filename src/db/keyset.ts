/**
 * Keyset pagination: a page begins behind the values that its cursor names, so rows that come or go elsewhere neither
 * repeat nor hide a row.
 */

export type KeyValue = string | number | null;

export interface OrderColumn {
  /** A fixed expression of ours, never a client's string. */
  sql: string;
  kind: 'time' | 'text' | 'float' | 'int' | 'uuid';
  direction: 'ASC' | 'DESC';
  /** A plain index serves the order then: it has nulls where this would not want them. */
  isNeverNull?: true;
}

export interface Slice {
  first: number;
  after: readonly KeyValue[] | null;
}

/** A row and the place of its page's next cursor. */
export type Keyed<Row> = Row & { cursorKey: KeyValue[] };

const CAST: Record<OrderColumn['kind'], string> = {
  time: 'timestamptz',
  text: 'text',
  float: 'float8',
  int: 'int',
  uuid: 'uuid',
};

/** Nulls come last in both directions. */
export function orderBy(columns: readonly OrderColumn[]): string {
  return columns
    .map(
      ({ sql, direction, isNeverNull }) => `${sql} ${direction}${isNeverNull ? '' : ' nulls last'}`,
    )
    .join(', ');
}

/** Selects what a cursor needs, exactly as it will be compared again. */
export function cursorKey(columns: readonly OrderColumn[]): string {
  return `json_build_array(${columns.map((column) => column.sql).join(', ')}) as "cursorKey"`;
}

/**
 * The condition 'behind `after`', true where `after` is null. Values are pushed onto `values`.
 */
export function behind(
  columns: readonly OrderColumn[],
  after: readonly KeyValue[] | null,
  values: unknown[],
): string {
  if (after === null) return 'true';
  const alternatives: string[] = [];
  const equal: string[] = [];
  for (const [index, column] of columns.entries()) {
    const value = after[index] ?? null;
    values.push(value);
    const parameter = `$${values.length}::${CAST[column.kind]}`;
    if (value !== null) {
      const sign = column.direction === 'ASC' ? '>' : '<';
      const later = `(${column.sql} ${sign} ${parameter} or ${column.sql} is null)`;
      alternatives.push([...equal, later].join(' and '));
    }
    equal.push(`${column.sql} is not distinct from ${parameter}`);
  }
  return alternatives.length === 0 ? 'false' : `(${alternatives.join(' or ')})`;
}
