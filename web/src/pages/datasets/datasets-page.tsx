import { useQuery } from '@apollo/client/react';
import { Anchor, Card, Stack, Table, Title } from '@mantine/core';
import { Link } from 'react-router';
import { useMay } from '../../api/viewer.ts';
import { count, dateTime } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { DatasetsDocument, ImportJobsDocument } from './datasets.generated.ts';
import { ImportButton } from './import-button.tsx';
import { ImportCard } from './import-card.tsx';

const PAGE = 50;

export function Component() {
  const mayImport = useMay('EDITOR');
  const pages = usePages(DatasetsDocument, { first: PAGE }, (data) => data.datasets);
  const imports = useQuery(ImportJobsDocument);
  const onEnd = () => {
    pages.reload();
    void imports.refetch();
  };
  return (
    <>
      <PageTitle side={mayImport && <ImportButton onStart={onEnd} />}>Datasets</PageTitle>
      <Stack>
        <PagedTable
          pages={pages}
          minWidth={640}
          columns={[
            'Dataset',
            { number: 'Version' },
            { number: 'Samples' },
            { number: 'Labelled' },
            { number: 'Labels' },
            'Changed',
          ]}
          empty={
            <>
              No dataset yet. A dataset comes from a folder with photos and a CSV or JSONL table
              that has a column for the image and, as far as there are any, columns for caption,
              labels, key and split. Put the folder below one of the server's import roots (./import
              if nothing else is set), then press Import.
            </>
          }
          row={({ id, name, description, labels, latestVersion, createdAt }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Anchor component={Link} to={`/datasets/${id}`} size="sm" title={description ?? ''}>
                  {name}
                </Anchor>
              </Table.Td>
              <Table.Td ta="right">{latestVersion?.number ?? '–'}</Table.Td>
              <Table.Td ta="right">
                {latestVersion ? count(latestVersion.sampleCount) : 'being imported'}
              </Table.Td>
              <Table.Td ta="right">
                {latestVersion ? count(latestVersion.labelledCount) : '–'}
              </Table.Td>
              <Table.Td ta="right">{count(labels.length)}</Table.Td>
              <Table.Td>{dateTime(latestVersion?.createdAt ?? createdAt)}</Table.Td>
            </Table.Tr>
          )}
        />
        {imports.data && imports.data.jobs.nodes.length > 0 && (
          <Card>
            <Title order={2} size="h4" mb="sm">
              Latest imports
            </Title>
            <Stack>
              {imports.data.jobs.nodes.map((job) => (
                <ImportCard key={job.id} job={job} onEnd={onEnd} />
              ))}
            </Stack>
          </Card>
        )}
      </Stack>
    </>
  );
}
