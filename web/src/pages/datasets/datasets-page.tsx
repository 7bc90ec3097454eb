import { useQuery } from '@apollo/client/react';
import { Anchor, Card, Stack, Title } from '@mantine/core';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { ASKED_ANEW } from '../../api/client.ts';
import { useMay } from '../../api/viewer.ts';
import { count, dateTime } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { DatasetsDocument, ImportJobsDocument } from './datasets.generated.ts';
import { ImportButton } from './import-button.tsx';
import { ImportCard } from './import-card.tsx';

const variables = { first: 50 };

export function Component() {
  const mayImport = useMay('EDITOR');
  const pages = usePages(DatasetsDocument, variables, (data) => data.datasets);
  const imports = useQuery(ImportJobsDocument, { context: ASKED_ANEW });
  const { nodes, reload } = pages;
  // A version that was made after the datasets were read, by an import that was over when the imports were.
  const isBehind = imports.data?.jobs.nodes.some(({ dataset, datasetVersion: made }) =>
    nodes.some(
      ({ id, latestVersion }) =>
        made !== null && id === dataset?.id && made.number > (latestVersion?.number ?? 0),
    ),
  );
  useEffect(() => {
    if (isBehind) reload();
  }, [isBehind, reload]);
  const onEnd = async () => {
    // The datasets last: what an import has made that is over by now is among them.
    await imports.refetch().catch(() => {});
    reload();
  };
  return (
    <>
      <PageTitle side={mayImport && <ImportButton onStart={onEnd} />}>Datasets</PageTitle>
      <Stack>
        <PagedTable
          pages={pages}
          minWidth={640}
          query={{ document: DatasetsDocument, variables }}
          columns={[
            {
              name: 'Dataset',
              text: ({ name }) => name,
              show: ({ id, name, description }) => (
                <Anchor component={Link} to={`/datasets/${id}`} size="sm" title={description ?? ''}>
                  {name}
                </Anchor>
              ),
            },
            {
              name: 'Version',
              isNumber: true,
              text: ({ latestVersion }) => String(latestVersion?.number ?? '–'),
            },
            {
              name: 'Samples',
              isNumber: true,
              text: ({ latestVersion }) =>
                latestVersion ? count(latestVersion.sampleCount) : 'being imported',
            },
            {
              name: 'Labelled',
              isNumber: true,
              text: ({ latestVersion }) =>
                latestVersion ? count(latestVersion.labelledCount) : '–',
            },
            { name: 'Labels', isNumber: true, text: ({ labels }) => count(labels.length) },
            {
              name: 'Changed',
              text: ({ latestVersion, createdAt }) =>
                dateTime(latestVersion?.createdAt ?? createdAt),
            },
          ]}
          empty={
            <>
              No dataset yet. A dataset comes from photos and a CSV or JSONL table that has a column
              for the image and, as far as there are any, columns for caption, labels, key and
              split. Press Import and drop a zip, tar or tar.gz with both; an administrator can
              instead name a folder below one of the server's import roots (./import if nothing else
              is set).
            </>
          }
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
