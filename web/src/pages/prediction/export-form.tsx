import { useApolloClient } from '@apollo/client/react';
import { Button, Card, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { type Column, ExportColumns } from './export-columns.tsx';
import { PredictionFileDocument } from './prediction.generated.ts';

const FORMATS = ['CSV', 'JSONL', 'PARQUET'] as const;
type Format = (typeof FORMATS)[number];

/** As a file: everything, or the columns that somebody wants, such as a submission. */
export function ExportForm({
  id,
  labels,
}: {
  id: string;
  labels: readonly { key: string; name: string }[];
}) {
  const client = useApolloClient();
  const [format, setFormat] = useState<Format>('CSV');
  const [hasOwn, setOwn] = useState(false);
  const [columns, setColumns] = useState<readonly Column[]>([
    { id: 0, name: 'ImageID', value: 'KEY', label: null, separator: '' },
    { id: 1, name: 'Labels', value: 'LABELS', label: null, separator: ' ' },
  ]);
  const [error, setError] = useState<unknown>(null);
  const download = async () => {
    setError(null);
    try {
      const { data } = await client.query({
        query: PredictionFileDocument,
        variables: { id, format, columns: hasOwn ? columns.map(asInput) : null },
        fetchPolicy: 'no-cache',
      });
      location.assign(data!.batchPrediction!.exportUrl!);
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <Card>
      <Stack gap="xs">
        <Group align="flex-end">
          <Select
            label="As a file"
            size="xs"
            w={120}
            data={FORMATS.map((value) => ({
              value,
              label: value === 'PARQUET' ? 'Parquet' : value,
            }))}
            value={format}
            onChange={(value) => setFormat(value as Format)}
            allowDeselect={false}
          />
          <Button size="xs" onClick={download} disabled={hasOwn && columns.length === 0}>
            Download
          </Button>
          <Switch
            label="Columns of my own"
            checked={hasOwn}
            onChange={(event) => setOwn(event.currentTarget.checked)}
          />
        </Group>
        {hasOwn ? (
          <ExportColumns columns={columns} labels={labels} onChange={setColumns} />
        ) : (
          <Text size="xs" c="dimmed">
            Key, predicted labels and every label's score; labels are called by their keys.
          </Text>
        )}
        {error !== null && <ProblemNote error={error} />}
      </Stack>
    </Card>
  );
}

function asInput({ name, value, label, separator }: Column) {
  return {
    name,
    value,
    ...(label !== null && { label }),
    ...(separator !== '' && { separator }),
  };
}
