import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Group, Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link, useNavigate, useParams } from 'react-router';
import { ASKED_ANEW } from '../../api/client.ts';
import { useMay } from '../../api/viewer.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { bytes, count, countOf, dateTime } from '../../parts/format.ts';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { DatasetDocument, type DatasetQuery, DeleteDatasetDocument } from './dataset.generated.ts';
import { Duplicates } from './duplicates.tsx';
import { EmbeddingSets } from './embedding-sets.tsx';
import { NO_ERRORS } from './error-filter.tsx';
import { FirstImport } from './first-import.tsx';
import { LabelCounts } from './label-counts.tsx';
import { LabelPairs } from './label-pairs.tsx';
import { SampleGrid } from './sample-grid.tsx';
import { SampleSearch } from './sample-search.tsx';
import { VersionTable } from './version-table.tsx';

type Dataset = NonNullable<DatasetQuery['dataset']>;
export type Version = Dataset['versions']['nodes'][number];

export function Component() {
  const { id = '' } = useParams();
  const answer = useQuery(DatasetDocument, { variables: { id }, context: ASKED_ANEW });
  return (
    <QueryView answer={answer}>
      {({ dataset }) =>
        dataset === null ? (
          <EmptyNote>There is no such dataset (any more).</EmptyNote>
        ) : (
          <DatasetView dataset={dataset} refetch={() => void answer.refetch()} />
        )
      }
    </QueryView>
  );
}

function DatasetView({ dataset, refetch }: { dataset: Dataset; refetch: () => void }) {
  const address = useAddress();
  const mayEdit = useMay('EDITOR');
  const versions = dataset.versions.nodes;
  const wanted = address.get('version');
  const found = versions.find(({ number }) => String(number) === wanted);
  const version = found ?? versions[0];
  return (
    <>
      <PageTitle
        side={
          mayEdit && (
            <Group gap="xs">
              {version && (
                <Button size="xs" component={Link} to={`/runs/new?dataset=${dataset.id}`}>
                  New run
                </Button>
              )}
              <DeleteButton dataset={dataset} />
            </Group>
          )
        }
      >
        {dataset.name}
      </PageTitle>
      {dataset.description && (
        <Text size="sm" mb="sm">
          {dataset.description}
        </Text>
      )}
      {version === undefined ? (
        <FirstImport datasetId={dataset.id} onEnd={refetch} />
      ) : (
        <>
          <Group mb="sm">
            <Select
              aria-label="Version"
              size="xs"
              data={versions.map(({ number }) => ({
                value: String(number),
                label: `Version ${number}${number === versions[0]!.number ? ' (latest)' : ''}`,
              }))}
              value={String(version.number)}
              onChange={(number) => address.set({ version: number ?? '', ...NO_ERRORS })}
              allowDeselect={false}
            />
            <Text size="sm" c="dimmed">
              {countOf(version.sampleCount, 'sample')}, {count(version.labelledCount)} labelled,{' '}
              {dateTime(version.createdAt)}
            </Text>
          </Group>
          {wanted !== '' && !found && (
            <Text size="sm" mb="sm" role="status">
              {Number(wanted) >= 1 && Number(wanted) < versions[0]!.number
                ? `Version ${wanted} is older than those listed here`
                : `There is no version ${wanted}`}
              : this is the latest.
            </Text>
          )}
          <PageTabs
            tabs={[
              {
                value: 'samples',
                title: 'Samples',
                panel: <SampleGrid datasetId={dataset.id} versionId={version.id} />,
              },
              {
                value: 'search',
                title: 'Search',
                panel: <SampleSearch datasetId={dataset.id} versionId={version.id} />,
              },
              { value: 'labels', title: 'Labels', panel: <LabelCounts versionId={version.id} /> },
              {
                value: 'pairs',
                title: 'Co-occurrence',
                panel: <LabelPairs versionId={version.id} />,
              },
              {
                value: 'duplicates',
                title: 'Near-duplicates',
                panel: <Duplicates datasetId={dataset.id} versionId={version.id} />,
              },
              { value: 'versions', title: 'Versions', panel: <VersionTable versions={versions} /> },
              {
                value: 'embeddings',
                title: 'Embeddings',
                panel: <EmbeddingSets versionId={version.id} />,
              },
            ]}
          />
        </>
      )}
    </>
  );
}

function DeleteButton({ dataset }: { dataset: Dataset }) {
  const navigate = useNavigate();
  const [remove] = useMutation(DeleteDatasetDocument, { variables: { id: dataset.id } });
  return (
    <ConfirmButton
      name="Delete"
      question={`${dataset.name} goes with all its versions, photos that no other dataset has, and embeddings, for good. What that has freed is said afterwards. A dataset that a run uses stays.`}
      confirm="Delete the dataset"
      size="xs"
      onConfirm={async () => {
        const { data } = await remove();
        notifications.show({
          message: `Deleted: ${bytes(data?.deleteDataset.freedBytes ?? 0)} freed.`,
        });
        await navigate('/datasets');
      }}
    />
  );
}
