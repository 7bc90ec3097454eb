import { Anchor, Badge, Group, Table } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { dateTime, metric } from '../../parts/format.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { ModelsDocument } from './models.generated.ts';

const PAGE = 50;

export function Component() {
  const pages = usePages(ModelsDocument, { first: PAGE }, (data) => data.models);
  return (
    <>
      <PageTitle>Models</PageTitle>
      {pages.error !== null && <ProblemNote error={pages.error} retry={pages.reload} />}
      {pages.nodes.length === 0 && !pages.isLoading && pages.error === null && (
        <EmptyNote>
          No model yet. Open a run that has succeeded and press “Register as model”: it becomes the
          first version.
        </EmptyNote>
      )}
      {pages.nodes.length > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Model</Table.Th>
                <Table.Th>Aliases</Table.Th>
                <Table.Th ta="right">Versions</Table.Th>
                <Table.Th>Latest</Table.Th>
                <Table.Th ta="right">mAP, test</Table.Th>
                <Table.Th ta="right">Micro-F1, test</Table.Th>
                <Table.Th>Encoder</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages.nodes.map(({ id, name, description, aliases, versions }) => {
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
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreButton pages={pages} />
    </>
  );
}
