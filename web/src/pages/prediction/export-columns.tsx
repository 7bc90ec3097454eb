import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { words } from '../../parts/format.ts';

const VALUES = ['KEY', 'CAPTION', 'SPLIT', 'LABELS', 'LABEL_NAMES', 'SCORE', 'PREDICTED'] as const;
type Value = (typeof VALUES)[number];

export interface Column {
  /** Within the form. */
  id: number;
  name: string;
  value: Value;
  /** Key, of SCORE and PREDICTED. */
  label: string | null;
  /** Between LABELS or LABEL_NAMES; empty gives a list. */
  separator: string;
}

const isOfLabel = (value: Value) => value === 'SCORE' || value === 'PREDICTED';
const isList = (value: Value) => value === 'LABELS' || value === 'LABEL_NAMES';

/** The columns of an exported file, one line each. */
export function ExportColumns({
  columns,
  labels,
  onChange,
}: {
  columns: readonly Column[];
  labels: readonly { key: string; name: string }[];
  onChange: (columns: readonly Column[]) => void;
}) {
  const change = (id: number, edit: Partial<Column>) =>
    onChange(columns.map((column) => (column.id === id ? { ...column, ...edit } : column)));
  const choose = (id: number, value: Value) =>
    change(id, {
      value,
      label: isOfLabel(value) ? (labels[0]?.key ?? null) : null,
      separator: isList(value) ? ' ' : '',
    });
  const add = () => {
    const id = Math.max(-1, ...columns.map((column) => column.id)) + 1;
    onChange([
      ...columns,
      { id, name: `column ${columns.length + 1}`, value: 'CAPTION', label: null, separator: '' },
    ]);
  };
  return (
    <Stack gap="xs" align="flex-start">
      {columns.map(({ id, name, value, label, separator }, at) => (
        <Group key={id} gap="xs" role="group" aria-label={`Column ${at + 1}`}>
          <TextInput
            size="xs"
            aria-label="Name of the column"
            value={name}
            onChange={(event) => change(id, { name: event.currentTarget.value })}
          />
          <Select
            size="xs"
            aria-label="What the column holds"
            data={VALUES.map((each) => ({ value: each, label: words(each) }))}
            value={value}
            onChange={(chosen) => choose(id, chosen as Value)}
            allowDeselect={false}
          />
          {isOfLabel(value) && (
            <Select
              size="xs"
              aria-label="Of the label"
              data={labels.map((each) => ({ value: each.key, label: each.name }))}
              value={label}
              onChange={(key) => change(id, { label: key })}
              allowDeselect={false}
              searchable
            />
          )}
          {isList(value) && (
            <TextInput
              size="xs"
              w={110}
              aria-label="Between the labels"
              placeholder="as a list"
              value={separator}
              onChange={(event) => change(id, { separator: event.currentTarget.value })}
            />
          )}
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Remove column ${at + 1}`}
            onClick={() => onChange(columns.filter((column) => column.id !== id))}
          >
            Remove
          </Button>
        </Group>
      ))}
      <Button size="compact-xs" variant="default" onClick={add}>
        Add a column
      </Button>
    </Stack>
  );
}
