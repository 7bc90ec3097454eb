import { useMutation } from '@apollo/client/react';
import {
  Anchor,
  Badge,
  Button,
  Card,
  Code,
  CopyButton,
  Group,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link } from 'react-router';
import { useMay } from '../../api/viewer.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { bytes, dateTime, metric, words } from '../../parts/format.ts';
import { RunLink } from '../../parts/run-link.tsx';
import { ThresholdWarnings } from '../../parts/threshold-warnings.tsx';
import { DeleteVersionDocument } from './model.generated.ts';
import { modelCard } from './model-card.ts';
import type { Model, Version } from './model-page.tsx';
import { VersionUses } from './version-uses.tsx';

/** A version: what it reaches, what it was made from, what it takes and gives, and its file. */
export function VersionCard({
  model,
  version,
  refetch,
}: {
  model: Model;
  version: Version;
  refetch: () => void;
}) {
  const mayEdit = useMay('EDITOR');
  const [remove] = useMutation(DeleteVersionDocument);
  const ref = `${model.name}/${version.number}`;
  return (
    <Card component="article" aria-label={`Version ${version.number}`}>
      <Group justify="space-between" mb="xs">
        <Group gap="xs">
          <Title order={3} size="h5">
            Version {version.number}
          </Title>
          {version.aliases.map((alias) => (
            <Badge key={alias} tt="none" color="wright.8" variant="filled">
              {alias}
            </Badge>
          ))}
          <Text size="sm" c="dimmed">
            {dateTime(version.createdAt)}
          </Text>
        </Group>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            component={Link}
            to={`/try?models=${encodeURIComponent(ref)}`}
          >
            Try it
          </Button>
          <Button size="xs" variant="default" component="a" href={version.downloadUrl} download>
            Download ONNX, {bytes(version.sizeBytes)}
          </Button>
          <Button
            size="xs"
            variant="default"
            component="a"
            href={version.bundleUrl}
            download
            title="Encoder, head, labels, thresholds and a Python script that predicts with them"
          >
            Download bundle
          </Button>
          <CopyButton value={modelCard(model, version)}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy model card'}
              </Button>
            )}
          </CopyButton>
          {mayEdit && (
            <ConfirmButton
              name="Delete"
              size="xs"
              disabled={version.aliases.length > 0}
              question={`${ref} goes for good, with its file of ${bytes(version.sizeBytes)} if no other version has the same. Its number is never used again. The run stays.`}
              confirm="Delete the version"
              onConfirm={async () => {
                const { data } = await remove({ variables: { ref } });
                notifications.show({
                  message: `Deleted: ${bytes(data?.deleteModelVersion.freedBytes ?? 0)} freed.`,
                });
                refetch();
              }}
            />
          )}
        </Group>
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap={4}>
          <Text size="sm" className="figures">
            On test samples: mAP {metric(version.metrics?.meanAveragePrecision)}, micro-F1{' '}
            {metric(version.metrics?.microF1)}, macro-F1 {metric(version.metrics?.macroF1)},
            samples-F1 {metric(version.metrics?.samplesF1)}
          </Text>
          <Text size="sm" component="div">
            Made from <Lineage version={version} />
          </Text>
          {version.runs.length === 1 && (
            <ThresholdWarnings
              warnings={version.runs[0]!.thresholdWarnings}
              kind={version.runs[0]!.config.thresholds.kind}
            />
          )}
          <VersionUses reference={ref} />
          <Text size="sm">
            Takes embeddings of {version.encoder.name} ({version.encoder.dimension} numbers, photos
            at {version.encoder.imageSize} pixels
            {version.encoder.license && `, ${version.encoder.license}`})
          </Text>
          <Text size="xs" c="dimmed">
            SHA-256 <Code>{version.sha256.slice(0, 16)}…</Code>
          </Text>
        </Stack>
        <details>
          <summary>
            <Text span size="sm">
              {version.labels.length} labels, {version.thresholdSets.length} more threshold sets
            </Text>
          </summary>
          <Text size="xs" my="xs">
            In the order of the model's outputs: {version.labels.map(({ name }) => name).join(', ')}
          </Text>
          {version.thresholdSets.length > 0 && <ThresholdSets version={version} />}
        </details>
      </SimpleGrid>
    </Card>
  );
}

/** Where a version comes from: runs, and the dataset versions that they were trained on. */
function Lineage({ version }: { version: Version }) {
  if (version.runs.length === 0) return <>an imported bundle</>;
  const datasets = new Map(version.runs.map((run) => [run.datasetVersion.id, run]));
  return (
    <>
      {version.runs.map((run, at) => (
        <span key={run.id}>
          {at > 0 && ', '}
          <Anchor component={RunLink} runId={run.id} size="sm" underline="always">
            {run.name}
          </Anchor>
        </span>
      ))}
      {' on '}
      {[...datasets.values()].map(({ dataset, datasetVersion }) => (
        <Anchor
          key={datasetVersion.id}
          component={Link}
          to={`/datasets/${dataset.id}?version=${datasetVersion.number}`}
          size="sm"
          underline="always"
        >
          {dataset.name} v{datasetVersion.number}
        </Anchor>
      ))}
    </>
  );
}

function ThresholdSets({ version }: { version: Version }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Set</Table.Th>
          <Table.Th>Kind</Table.Th>
          <Table.Th>Calibration</Table.Th>
          <Table.Th ta="right">Micro-F1</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {version.thresholdSets.map((set) => (
          <Table.Tr key={set.name}>
            <Table.Td>{set.name}</Table.Td>
            <Table.Td>
              {words(set.kind)} {set.k ?? set.value ?? ''}
            </Table.Td>
            <Table.Td>{words(set.calibration)}</Table.Td>
            <Table.Td ta="right">{metric(set.metrics?.microF1)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
