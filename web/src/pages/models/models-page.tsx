import { Anchor, Badge, Group, Table } from '@mantine/core';
import { Link } from 'react-router';
import { dateTime, metric } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { ModelsDocument } from './models.generated.ts';

const PAGE = 50;

export function Component() {
  const pages = usePages(ModelsDocument, { first: PAGE }, (data) => data.models);
  return (
    <>
      <PageTitle>Models</PageTitle>
      <PagedTable
        pages={pages}
        minWidth={720}
        columns={[
          'Model',
          'Aliases',
          { number: 'Versions' },
          'Latest',
          { number: 'mAP, test' },
          { number: 'Micro-F1, test' },
          'Encoder',
        ]}
        empty={
          <>
            No model yet. Open a run that has succeeded and press “Register as model”: it becomes
            the first version.
          </>
        }
        row={({ id, name, description, aliases, versions }) => {
          const latest = versions.nodes[0];
          return (
            <Table.Tr key={id}>
              <Table.Td>
                <Anchor
                  component={Link}
                  to={`/models/${encodeURIComponent(name)}`}
                  size="sm"
                  title={description ?? undefined}
                >
                  {name}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Group gap={4}>
                  {aliases.map((alias) => (
                    <Badge key={alias.name} variant="default" tt="none">
                      {alias.name} → {alias.version.number}
                    </Badge>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td ta="right">{versions.totalCount}</Table.Td>
              <Table.Td>
                {latest ? `${latest.number}, ${dateTime(latest.createdAt)}` : '–'}
              </Table.Td>
              <Table.Td ta="right">{metric(latest?.metrics?.meanAveragePrecision)}</Table.Td>
              <Table.Td ta="right">{metric(latest?.metrics?.microF1)}</Table.Td>
              <Table.Td>{latest?.encoder.name}</Table.Td>
            </Table.Tr>
          );
        }}
      />
    </>
  );
}
