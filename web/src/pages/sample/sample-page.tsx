import { useQuery } from '@apollo/client/react';
import { Anchor, Badge, Grid, Group, Image, Stack, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useMay } from '../../api/viewer.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { words } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { SamplePageDocument, type SamplePageQuery } from './sample.generated.ts';
import { SampleEditor } from './sample-editor.tsx';
import { VersionNote } from './version-note.tsx';

export type Sample = NonNullable<SamplePageQuery['sample']>;
export type Dataset = NonNullable<SamplePageQuery['dataset']>;

export function Component() {
  const { id: dataset = '', sampleId: id = '' } = useParams();
  const answer = useQuery(SamplePageDocument, { variables: { dataset, id } });
  return (
    <QueryView answer={answer}>
      {({ dataset: found, sample }) =>
        found === null || sample === null ? (
          <EmptyNote>There is no such sample (any more).</EmptyNote>
        ) : (
          <SampleView key={sample.id} dataset={found} sample={sample} />
        )
      }
    </QueryView>
  );
}

function SampleView({ dataset, sample }: { dataset: Dataset; sample: Sample }) {
  const mayEdit = useMay('EDITOR');
  return (
    <>
      <Anchor component={Link} to={`/datasets/${dataset.id}`} size="sm">
        {dataset.name}
      </Anchor>
      <PageTitle>{sample.key}</PageTitle>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          {sample.thumbnailUrl === null ? (
            <EmptyNote>This sample has no photo.</EmptyNote>
          ) : (
            <a href={sample.imageUrl ?? undefined} title="Opens the photo as it was imported">
              <Image
                src={sample.thumbnailUrl}
                alt={sample.caption ?? `Photo of ${sample.key}`}
                radius="md"
                mah="70vh"
                w="auto"
                maw="100%"
                fit="contain"
              />
            </a>
          )}
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <VersionNote dataset={dataset} sample={sample} />
            <Text>{sample.caption ?? 'No caption.'}</Text>
            <Group gap="xs">
              {sample.labels === null && <Text size="sm">Its labels are unknown.</Text>}
              {sample.labels?.length === 0 && <Text size="sm">It carries no label.</Text>}
              {sample.labels?.map(({ key, name }) => (
                <Badge key={key} variant="default" tt="none" size="lg">
                  {name}
                </Badge>
              ))}
            </Group>
            {sample.unknownLabels.length > 0 && (
              <Text size="sm">
                Unknown: {sample.unknownLabels.map(({ name }) => name).join(', ')}
              </Text>
            )}
            <Text size="sm" c="dimmed">
              {words(sample.split)}
              {sample.width !== null && ` · ${sample.width} × ${sample.height} pixels`}
            </Text>
            <Anchor component={Link} to={`/try?sample=${sample.id}`} size="sm">
              Try a model on it
            </Anchor>
            <Anchor
              component={Link}
              to={`/datasets/${dataset.id}?tab=search&near=${sample.id}`}
              size="sm"
            >
              Similar samples of the latest version
            </Anchor>
            {mayEdit && <SampleEditor dataset={dataset} sample={sample} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
