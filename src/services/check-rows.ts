import { openTable } from '../tables/open-table.js';
import { duplicateOf, parseRow, type RejectedRow } from '../tables/parse-row.js';
import { Beginning } from './beginning.js';
import type { ImportSettings } from './import-input.js';
import type { ImportPlan } from './import-plan.js';
import type { ImportSource } from './import-source.js';

/** Of a table that is read while somebody waits: some seconds. Keys of rows are held in memory. */
const CHECKED = { bytes: 32 * 1024 * 1024, rows: 500_000 };
/** Of a row, on average: captions may have several. */
const LINES = 2;
const SHOWN_REJECTED = 20;

export interface RowCheck {
  readonly rowCount: number;
  /** whether those are all rows of the table */
  readonly isWhole: boolean;
  readonly rejectedCount: number;
  readonly rejected: RejectedRow[];
}

/** What an import would make of the table's rows, up to `most` of them, as far as that can be told without opening an image. */
export async function checkRows(
  source: ImportSource,
  plan: Omit<ImportPlan, 'labelTables'>,
  { format }: Pick<ImportSettings, 'format'>,
  most = CHECKED,
): Promise<RowCheck> {
  const beginning = new Beginning({ bytes: most.bytes, lines: LINES * most.rows });
  const table = await openTable(beginning.of(source.stream(plan.table)), format, plan.table);
  const lineOf = new Map<string, number>();
  const rejected: RejectedRow[] = [];
  let [rowCount, rejectedCount, isCut] = [0, 0, false];
  try {
    for await (const row of table.rows) {
      isCut = beginning.isCut || rowCount === most.rows;
      if (isCut) break;
      rowCount++;
      let result = parseRow(row, plan.columns, plan.images);
      if (result.kind === 'sample') {
        const first = lineOf.get(result.key);
        if (first === undefined) {
          lineOf.set(result.key, result.line);
          continue;
        }
        result = duplicateOf(first, result);
      }
      rejectedCount++;
      if (rejected.length < SHOWN_REJECTED) rejected.push(result);
    }
  } finally {
    await table.close();
  }
  return { rowCount, isWhole: !isCut && !beginning.isCut, rejectedCount, rejected };
}
