import { Anchor, Badge, Group } from '@mantine/core';
import { Link } from 'react-router';
import { count, dateTime, metric } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { ModelsDocument } from './models.generated.ts';

const variables = { first: 50 };

export function Component() {
  const pages = usePages(ModelsDocument, variables, (data) => data.models);
  return (
    <>
      <PageTitle>Models</PageTitle>
      <PagedTable
        pages={pages}
        minWidth={720}
        query={{ document: ModelsDocument, variables }}
        columns={[
          {
            name: 'Model',
            text: ({ name }) => name,
            show: ({ name, description }) => (
              <Anchor
                component={Link}
                to={`/models/${encodeURIComponent(name)}`}
                size="sm"
                title={description ?? undefined}
              >
                {name}
              </Anchor>
            ),
          },
          {
            name: 'Aliases',
            text: ({ aliases }) => aliases.map(aliasText).join(', '),
            show: ({ aliases }) => (
              <Group gap={4}>
                {aliases.map((alias) => (
                  <Badge key={alias.name} variant="default" tt="none">
                    {aliasText(alias)}
                  </Badge>
                ))}
              </Group>
            ),
          },
          { name: 'Versions', isNumber: true, text: ({ versions }) => count(versions.totalCount) },
          {
            name: 'Latest',
            text: ({ versions: { nodes } }) =>
              nodes[0] ? `${nodes[0].number}, ${dateTime(nodes[0].createdAt)}` : '–',
          },
          {
            name: 'mAP, test',
            isNumber: true,
            text: ({ versions: { nodes } }) => metric(nodes[0]?.metrics?.meanAveragePrecision),
          },
          {
            name: 'Micro-F1, test',
            isNumber: true,
            text: ({ versions: { nodes } }) => metric(nodes[0]?.metrics?.microF1),
          },
          { name: 'Encoder', text: ({ versions: { nodes } }) => nodes[0]?.encoder.name ?? '–' },
        ]}
        empty={
          <>
            No model yet. Open a run that has succeeded and press “Register as model”: it becomes
            the first version.
          </>
        }
      />
    </>
  );
}

function aliasText({ name, version }: { name: string; version: { number: number } }): string {
  return `${name} → ${version.number}`;
}
