import { Alert, List, Select, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { count, countOf } from '../../parts/format.ts';
import type { InputValue } from '../../parts/input-form.tsx';
import type { PreviewImportMutation } from './datasets.generated.ts';
import { RejectedRows } from './rejected-rows.tsx';

type Preview = PreviewImportMutation['previewImport'];

const MEANINGS = [
  ['image', 'Photo'],
  ['caption', 'Caption'],
  ['labels', 'Labels'],
  ['key', 'Key'],
  ['split', 'Split'],
  ['unknownLabels', 'Unknown labels'],
] as const;

/** The first rows, and what each column is taken for, which can be changed. */
export function PreviewTable({
  preview,
  columns,
  onColumns,
}: {
  preview: Preview;
  columns: InputValue;
  onColumns: (columns: InputValue) => void;
}) {
  const taken = new Map(
    MEANINGS.map(([key, name]) => [
      (columns[key] as string | undefined) ?? preview.guess[key],
      name,
    ]),
  );
  return (
    <Stack gap="xs">
      <Text size="sm">
        Would read {preview.table}
        {preview.imageFolder && `, photos from ${preview.imageFolder}`}.
      </Text>
      {preview.warnings.length > 0 && (
        <Alert color="orange" variant="light" title="Before you import">
          <List size="sm">
            {preview.warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {preview.check && (
        <>
          <Text size="sm">{checkedRows(preview.check)}</Text>
          <RejectedRows rows={preview.check.rejected} rejectedCount={preview.check.rejectedCount} />
        </>
      )}
      <SimpleGrid cols={{ base: 2, sm: 3 }}>
        {MEANINGS.map(([key, name]) => (
          <Select
            key={key}
            size="xs"
            label={name}
            placeholder={preview.guess[key] ?? 'none'}
            data={preview.columns}
            value={(columns[key] as string | undefined) ?? null}
            onChange={(column) => {
              const { [key]: _before, ...others } = columns;
              onColumns(column === null ? others : { ...others, [key]: column });
            }}
            clearable
          />
        ))}
      </SimpleGrid>
      <Table.ScrollContainer minWidth={560} maxHeight={260}>
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {preview.columns.map((column) => (
                <Table.Th key={column}>
                  {column}
                  <Text size="xs" c="dimmed">
                    {taken.get(column) ?? 'not read'}
                  </Text>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {preview.rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no name but their place
              <Table.Tr key={at}>
                {preview.columns.map((column, place) => (
                  <Table.Td key={column}>
                    <Text size="xs" lineClamp={2}>
                      {row[place]}
                    </Text>
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function checkedRows({ rowCount, isWhole, rejectedCount }: NonNullable<Preview['check']>): string {
  const rows = `${isWhole ? '' : 'the first '}${countOf(rowCount, 'row')}`;
  const rejected = rejectedCount === 0 ? 'none' : count(rejectedCount);
  const more = isWhole ? '' : ' Those behind them are checked by the import.';
  return `Checked ${rows}, without opening the photos: ${rejected} would be rejected.${more}`;
}
