import { Group, Table, Title } from '@mantine/core';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { metric, signed } from '../../parts/format.ts';
import type { Comparison } from './pair-comparison.tsx';

/** Label by label, where the two differ most first. */
export function PairLabels({
  comparison,
  name,
  baseName,
}: {
  comparison: Comparison;
  name: string;
  baseName: string;
}) {
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
    <div>
      <Group justify="space-between" mb="xs">
        <Title order={3} size="h5">
          Labels
        </Title>
        <CopyMenu table={() => ({ head, rows: rows.map(cells) })} />
      </Group>
      <Table.ScrollContainer minWidth={560} maxHeight={420}>
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {head.map((title, at) => (
                <Table.Th key={title} ta={at === 0 ? 'left' : 'right'}>
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.label.key}>
                {cells(row).map((text, at) => (
                  <Table.Td key={head[at]} ta={at === 0 ? 'left' : 'right'}>
                    {text}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
