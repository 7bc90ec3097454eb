import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { COLUMNS } from './columns.tsx';

export function ColumnMenu({
  shown,
  onChange,
}: {
  shown: readonly string[];
  onChange: (keys: string[]) => void;
}) {
  return (
    <Popover trapFocus>
      <Popover.Target>
        <Button variant="default" size="xs">
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Checkbox.Group
          label="Columns"
          value={[...shown]}
          onChange={(keys) => {
            // The name says which run a row is.
            if (keys.includes('name')) onChange(keys);
          }}
        >
          <Stack gap={6} mt="xs">
            {COLUMNS.map(({ key, name }) => (
              <Checkbox key={key} value={key} label={name} size="xs" disabled={key === 'name'} />
            ))}
          </Stack>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}
