import { Alert, Anchor, Badge, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { dateTime, metric } from '../../parts/format.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import type { RunDetails } from './run-page.tsx';
import { RunProgress } from './run-progress.tsx';

/** What the run is, and how far. */
export function RunSummary({ run, refetch }: { run: RunDetails; refetch: () => void }) {
  return (
    <Stack gap="sm" mb="md">
      <Group gap="sm">
        <StatusBadge status={run.status} />
        <Text size="sm">
          <Anchor component={Link} to={`/datasets/${run.dataset.id}`} size="sm" underline="always">
            {run.dataset.name} v{run.datasetVersion.number}
          </Anchor>
          {` · ${run.encoder.name} · seed ${run.seed}`}
          {run.fold && ` · fold ${run.fold.index + 1} of ${run.fold.count}`}
          {` · ${dateTime(run.createdAt)}`}
        </Text>
        {run.tags.map((tag) => (
          <Badge key={tag} variant="default" tt="none">
            {tag}
          </Badge>
        ))}
        {run.modelVersions.map(({ id, number, model }) => (
          <Anchor
            key={id}
            component={Link}
            to={`/models/${encodeURIComponent(model.name)}`}
            size="sm"
          >
            {model.name}/{number}
          </Anchor>
        ))}
      </Group>
      <RunProgress run={run} refetch={refetch} />
      {run.error && (
        <Alert color="red" variant="light" title={run.error.code}>
          {run.error.message}
        </Alert>
      )}
      {run.notes && <Text size="sm">{run.notes}</Text>}
      <SimpleGrid cols={{ base: 2, sm: 4 }} className="figures">
        <Figure
          name="mAP"
          best={run.best?.meanAveragePrecision}
          final={run.final?.meanAveragePrecision}
        />
        <Figure name="Micro-F1" best={run.best?.microF1} final={run.final?.microF1} />
        <Figure name="Macro-F1" best={run.best?.macroF1} final={run.final?.macroF1} />
        <Figure name="Samples-F1" best={run.best?.samplesF1} final={run.final?.samplesF1} />
      </SimpleGrid>
    </Stack>
  );
}

function Figure({
  name,
  best,
  final,
}: {
  name: string;
  best: number | null | undefined;
  final: number | null | undefined;
}) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fz="xl" fw={650}>
        {metric(final)}
        <Text span size="xs" c="dimmed" ml={6}>
          test, {metric(best)} validation
        </Text>
      </Text>
    </div>
  );
}
