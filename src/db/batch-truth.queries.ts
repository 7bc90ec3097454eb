import type { Split } from './enums.js';
import { labelEntries } from './label-entries.js';
import type { Sql } from './sql.js';

export interface LabelledRow {
  /** the place of its position among those that were asked for */
  row: number;
  /** as label sets take them: the label indices of the version */
  labels: number[];
}

/** The labelled ones of the samples at these places of a version, in the order asked. @param split null: all */
export function labelledRows(
  sql: Sql,
  versionId: string,
  positions: Int32Array,
  split: Split | null,
): Promise<LabelledRow[]> {
  return sql.query<LabelledRow & { [column: string]: unknown }>(
    `select (of.place - 1)::int as row, ${labelEntries('s')} as labels
     from unnest($2::int[]) with ordinality as of(position, place)
     join samples s on s.version_id = $1 and s.position = of.position
     where s.labelled and ($3::text is null or s.split = $3::"Split") order by of.place`,
    [versionId, [...positions], split],
  );
}
