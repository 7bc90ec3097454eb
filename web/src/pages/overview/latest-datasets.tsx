import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count, countOf } from '../../parts/format.ts';
import type { OverviewQuery } from './overview.generated.ts';

export function LatestDatasets({ datasets }: { datasets: OverviewQuery['datasets'] }) {
  return (
    <Card h="100%">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Datasets
        </Title>
        <Anchor component={Link} to="/datasets" size="sm">
          All {count(datasets.totalCount)}
        </Anchor>
      </Group>
      {datasets.nodes.length === 0 && (
        <EmptyNote>
          No dataset yet. Import an archive or a folder with photos and a table of captions and
          labels on the page{' '}
          <Anchor component={Link} to="/datasets" size="sm" underline="always">
            Datasets
          </Anchor>
          .
        </EmptyNote>
      )}
      <Stack gap="xs">
        {datasets.nodes.map(({ id, name, latestVersion }) => (
          <Group key={id} justify="space-between">
            <Anchor component={Link} to={`/datasets/${id}`} size="sm">
              {name}
            </Anchor>
            <Text size="sm" c="dimmed">
              {latestVersion === null
                ? 'being imported'
                : `v${latestVersion.number}, ${countOf(latestVersion.sampleCount, 'sample')}`}
            </Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
