import { Anchor, Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count, metric } from '../../parts/format.ts';
import type { OverviewQuery } from './overview.generated.ts';

export function LatestModels({ models }: { models: OverviewQuery['models'] }) {
  return (
    <Card h="100%">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Models
        </Title>
        <Anchor component={Link} to="/models" size="sm">
          All {count(models.totalCount)}
        </Anchor>
      </Group>
      {models.nodes.length === 0 && (
        <EmptyNote>
          No model yet. A run that has succeeded can be registered as one on its page; a model can
          then be used for predictions.
        </EmptyNote>
      )}
      <Stack gap="xs">
        {models.nodes.map(({ id, name, aliases, versions }) => (
          <Group key={id} justify="space-between">
            <Group gap="xs">
              <Anchor component={Link} to={`/models/${encodeURIComponent(name)}`} size="sm">
                {name}
              </Anchor>
              {aliases.map((alias) => (
                <Badge key={alias.name} variant="default" size="sm" tt="none">
                  {alias.name} → {alias.version.number}
                </Badge>
              ))}
            </Group>
            <Text size="sm" c="dimmed">
              {versions.nodes[0]
                ? `version ${versions.nodes[0].number}, mAP ${metric(versions.nodes[0].metrics?.meanAveragePrecision)} on test`
                : 'no version'}
            </Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
