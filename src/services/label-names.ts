import { readLabelTable } from '../tables/label-table.js';
import { openTable } from '../tables/open-table.js';
import { ByteMeter } from './byte-meter.js';
import type { ImportSettings } from './import-input.js';
import type { ImportSource } from './import-source.js';
import { byDepth } from './listed-paths.js';

/** Of a table of labels, which is held in memory. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Tables of label keys and names: key → name, by path. */
export type LabelTables = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** @returns null where it is too long to be a table of labels */
export async function readLabelNames(
  source: ImportSource,
  path: string,
): Promise<ReadonlyMap<string, string> | null> {
  const meter = new ByteMeter();
  const table = await openTable(meter.through(source.stream(path)), 'AUTO', path);
  async function* rows() {
    for await (const row of table.rows) {
      if (meter.bytes > MAX_BYTES) return;
      yield row;
    }
  }
  try {
    const { names } = await readLabelTable({ ...table, rows: rows() });
    return meter.bytes > MAX_BYTES ? null : names;
  } finally {
    await table.close();
  }
}

/** Keys and names of labels that are known before a table is read. */
export function knownLabels(
  tables: LabelTables,
  settings: Pick<ImportSettings, 'labelNames'>,
): Set<string> {
  const known = new Set<string>();
  for (const { key, name } of settings.labelNames ?? []) known.add(key).add(name);
  for (const names of tables.values()) for (const [key, name] of names) known.add(key).add(name);
  return known;
}

/**
 * The names of the labels that occur: the client's, else those of the label table that knows the most of them, the first by
 * path among equals.
 */
export function chooseLabelNames(
  keys: ReadonlySet<string>,
  settings: Pick<ImportSettings, 'labelNames'>,
  tables: LabelTables,
): ReadonlyMap<string, string> {
  if (settings.labelNames) {
    return new Map(settings.labelNames.map(({ key, name }) => [key, name]));
  }
  let best: ReadonlyMap<string, string> = new Map();
  let most = 0;
  for (const [, names] of [...tables].sort(([a], [b]) => byDepth(a, b))) {
    const count = [...keys].filter((key) => names.has(key)).length;
    if (count <= most) continue;
    best = names;
    most = count;
  }
  return best;
}
