import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Group, Select, Tabs, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link, useNavigate, useParams } from 'react-router';
import { useMay } from '../../api/viewer.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { bytes, count, dateTime } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { DatasetDocument, type DatasetQuery, DeleteDatasetDocument } from './dataset.generated.ts';
import { Duplicates } from './duplicates.tsx';
import { EmbeddingSets } from './embedding-sets.tsx';
import { LabelCounts } from './label-counts.tsx';
import { LabelPairs } from './label-pairs.tsx';
import { SampleGrid } from './sample-grid.tsx';
import { SampleSearch } from './sample-search.tsx';
import { VersionTable } from './version-table.tsx';

type Dataset = NonNullable<DatasetQuery['dataset']>;
export type Version = Dataset['versions']['nodes'][number];

export function Component() {
  const { id = '' } = useParams();
  const answer = useQuery(DatasetDocument, { variables: { id } });
  return (
    <QueryView answer={answer}>
      {({ dataset }) =>
        dataset === null ? (
          <EmptyNote>There is no such dataset (any more).</EmptyNote>
        ) : (
          <DatasetView dataset={dataset} />
        )
      }
    </QueryView>
  );
}

function DatasetView({ dataset }: { dataset: Dataset }) {
  const address = useAddress();
  const mayEdit = useMay('EDITOR');
  const versions = dataset.versions.nodes;
  const version =
    versions.find(({ number }) => String(number) === address.get('version')) ?? versions[0];
  const tab = address.get('tab') || 'samples';
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
        <EmptyNote>
          Its first import is still under way, or has failed; see the page Datasets.
        </EmptyNote>
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
              onChange={(number) => address.set({ version: number ?? '' })}
              allowDeselect={false}
            />
            <Text size="sm" c="dimmed">
              {count(version.sampleCount)} samples, {count(version.labelledCount)} labelled,{' '}
              {dateTime(version.createdAt)}
            </Text>
          </Group>
          <Tabs
            value={tab}
            onChange={(value) => address.set({ tab: value ?? '' })}
            keepMounted={false}
          >
            <Tabs.List mb="md">
              <Tabs.Tab value="samples">Samples</Tabs.Tab>
              <Tabs.Tab value="search">Search</Tabs.Tab>
              <Tabs.Tab value="labels">Labels</Tabs.Tab>
              <Tabs.Tab value="pairs">Co-occurrence</Tabs.Tab>
              <Tabs.Tab value="duplicates">Near-duplicates</Tabs.Tab>
              <Tabs.Tab value="versions">Versions</Tabs.Tab>
              <Tabs.Tab value="embeddings">Embeddings</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="samples">
              <SampleGrid datasetId={dataset.id} versionId={version.id} />
            </Tabs.Panel>
            <Tabs.Panel value="search">
              <SampleSearch datasetId={dataset.id} versionId={version.id} />
            </Tabs.Panel>
            <Tabs.Panel value="labels">
              <LabelCounts versionId={version.id} />
            </Tabs.Panel>
            <Tabs.Panel value="pairs">
              <LabelPairs versionId={version.id} />
            </Tabs.Panel>
            <Tabs.Panel value="duplicates">
              <Duplicates datasetId={dataset.id} versionId={version.id} />
            </Tabs.Panel>
            <Tabs.Panel value="versions">
              <VersionTable versions={versions} />
            </Tabs.Panel>
            <Tabs.Panel value="embeddings">
              <EmbeddingSets versionId={version.id} />
            </Tabs.Panel>
          </Tabs>
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
