import { metric, signed } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import type { PairTexts } from './pair-comparison.tsx';

/** Label by label, where the two differ most first. */
export function PairLabels({ comparison, name, baseName, query }: PairTexts) {
  const rows = comparison.labels
    .map((row) => ({
      ...row,
      difference:
        row.a.averagePrecision === null || row.b.averagePrecision === null
          ? null
          : row.a.averagePrecision - row.b.averagePrecision,
    }))
    .sort((x, y) => Math.abs(y.difference ?? 0) - Math.abs(x.difference ?? 0));
  const head = [
    'Label',
    'Support',
    `AP of ${name}`,
    `AP of ${baseName}`,
    'Difference',
    'F1 difference',
  ];
  const cells = (row: (typeof rows)[number]) => [
    row.label.name,
    String(row.support),
    metric(row.a.averagePrecision),
    metric(row.b.averagePrecision),
    signed(row.difference),
    signed(row.a.f1 - row.b.f1),
  ];
  return (
    <PlainTable title="Labels" head={head} rows={rows.map(cells)} query={query} maxHeight={420} />
  );
}
