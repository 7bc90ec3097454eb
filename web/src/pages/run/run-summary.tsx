import { Alert, Anchor, Badge, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { dateTime, duration, metric, secondsBetween } from '../../parts/format.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import type { RunDetails } from './run-page.tsx';

/** What the run is, and how far. The bar keeps its place when the run has ended, so that nothing below moves. */
export function RunSummary({ run }: { run: RunDetails }) {
  const isRunning = run.status === 'RUNNING';
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
      <Group wrap="nowrap" className="figures">
        <Progress
          flex={1}
          value={(run.status === 'SUCCEEDED' ? 1 : run.progress) * 100}
          aria-label="Progress of the training"
        />
        <Text size="sm" c="dimmed" miw={220} ta="right">
          epoch {run.epoch} of {run.epochs}
          {isRunning && run.etaSeconds !== null
            ? `, about ${duration(run.etaSeconds)} left`
            : run.finishedAt && `, took ${duration(secondsBetween(run.startedAt, run.finishedAt))}`}
        </Text>
      </Group>
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
