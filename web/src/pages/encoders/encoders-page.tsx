import { useMutation, useQuery } from '@apollo/client/react';
import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { ASKED_ANEW } from '../../api/client.ts';
import { useMay } from '../../api/viewer.ts';
import { bytes, metric, words } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { AddEncoderButton } from './add-encoder-button.tsx';
import { Additions } from './additions.tsx';
import { DeleteEncoderButton } from './delete-encoder-button.tsx';
import {
  DownloadEncoderDocument,
  EncodersDocument,
  type EncodersQuery,
} from './encoders.generated.ts';

type Encoder = EncodersQuery['encoders'][number];

export function Component() {
  const mayAdd = useMay('ADMIN');
  const answer = useQuery(EncodersDocument, { context: ASKED_ANEW });
  const refetch = () => void answer.refetch();
  return (
    <>
      <PageTitle side={mayAdd && <AddEncoderButton onStart={refetch} />}>Encoders</PageTitle>
      <Text size="sm" c="dimmed" mb="sm">
        An encoder turns photos and captions into vectors and stays as it is; heads are trained on
        those. Downloads come from the Hugging Face hub, are checked against their hashes, and go on
        where they were cut off.
      </Text>
      <QueryView answer={answer}>
        {({ encoders, additions }) => (
          <>
            <Additions jobs={additions.nodes} encoders={encoders} onEnd={refetch} />
            <Table.ScrollContainer minWidth={980}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th w={280}>Encoder</Table.Th>
                    <Table.Th w={200}>Status</Table.Th>
                    <Table.Th ta="right">Dimensions</Table.Th>
                    <Table.Th ta="right">Pixels</Table.Th>
                    <Table.Th ta="right">Size</Table.Th>
                    <Table.Th>Precisions</Table.Th>
                    <Table.Th w={130}>Licence</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {encoders.map((encoder) => (
                    <Row key={encoder.id} encoder={encoder} refetch={refetch} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </>
        )}
      </QueryView>
    </>
  );
}

/** 0 stands for a size that is not known before the encoder is there. */
function size(value: number): string {
  return value === 0 ? '–' : String(value);
}

function Row({ encoder, refetch }: { encoder: Encoder; refetch: () => void }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {encoder.name}
        </Text>
        <Text size="xs" c="dimmed">
          {encoder.id}
        </Text>
      </Table.Td>
      <Table.Td>
        <EncoderState encoder={encoder} refetch={refetch} />
      </Table.Td>
      <Table.Td ta="right">{size(encoder.dimension)}</Table.Td>
      <Table.Td ta="right">{size(encoder.imageSize)}</Table.Td>
      <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
        {encoder.sizeBytes === null ? '–' : bytes(encoder.sizeBytes)}
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          {encoder.precisions.map(({ precision, source, cosine, sizeBytes }) => (
            <Badge
              key={precision}
              variant="default"
              miw="max-content"
              style={sizeBytes === null ? { borderStyle: 'dashed' } : undefined}
              title={[
                words(source),
                sizeBytes === null ? 'not there yet' : bytes(sizeBytes),
                cosine === null ? '' : `cosine to FP32 at least ${metric(cosine)}`,
              ]
                .filter(Boolean)
                .join(', ')}
            >
              {precision}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{encoder.license ?? '–'}</Table.Td>
    </Table.Tr>
  );
}

function EncoderState({ encoder, refetch }: { encoder: Encoder; refetch: () => void }) {
  const mayChange = useMay('ADMIN');
  const [download, { loading, error }] = useMutation(DownloadEncoderDocument, {
    variables: { id: encoder.id },
  });
  const { job, status } = encoder;
  if (status === 'DOWNLOADING' && job) {
    return <JobProgress job={job} name={`the download of ${encoder.name}`} onEnd={refetch} />;
  }
  return (
    <Stack gap={4} align="flex-start">
      <Group gap="xs">
        <Text size="sm">{words(status)}</Text>
        {(status === 'AVAILABLE' || status === 'FAILED') && !encoder.isStored && mayChange && (
          <Button
            size="compact-xs"
            variant="default"
            loading={loading}
            onClick={() => void download().then(refetch, () => {})}
            aria-label={`Download ${encoder.name}`}
          >
            Download
          </Button>
        )}
        {encoder.isStored && mayChange && (
          <DeleteEncoderButton encoder={encoder} refetch={refetch} />
        )}
      </Group>
      {encoder.problem && (
        <Text size="xs" c="dimmed">
          {encoder.problem}
        </Text>
      )}
      {error && <ProblemNote error={error} />}
    </Stack>
  );
}
