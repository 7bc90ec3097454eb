import { ActionIcon, Button, Checkbox, Group, Popover, ScrollArea, Text } from '@mantine/core';
import type { useAddress } from '../../parts/use-address.ts';
import { COLUMNS, type PlacedColumn } from './columns.tsx';

/** Which columns there are, in which order, and which of them stay where they are when the table scrolls sideways. */
export function ColumnMenu({
  address,
  columns,
}: {
  address: ReturnType<typeof useAddress>;
  columns: readonly PlacedColumn[];
}) {
  const shown = columns.map(({ key }) => key);
  const pinned = columns.filter(({ left }) => left !== null).map(({ key }) => key);
  const set = (keys: readonly string[]) => address.set({ columns: keys }, false);
  const move = (key: string, by: number) => {
    const at = shown.indexOf(key);
    const others = shown.filter((each) => each !== key);
    set([...others.slice(0, at + by), key, ...others.slice(at + by)]);
  };
  const hidden = COLUMNS.filter(({ key }) => !shown.includes(key));
  return (
    <Popover trapFocus position="bottom-end">
      <Popover.Target>
        <Button variant="default" size="xs">
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="xs" c="dimmed" mb="xs">
          Pinned columns come first, and stay.
        </Text>
        <ScrollArea.Autosize mah={420} type="auto" offsetScrollbars>
          {[...columns, ...hidden].map(({ key, name }) => {
            const at = shown.indexOf(key);
            const isPinned = pinned.includes(key);
            const next = columns[at + 1];
            const before = columns[at - 1];
            return (
              <Group key={key} justify="space-between" wrap="nowrap" gap="lg" h={28}>
                <Checkbox
                  label={name}
                  size="xs"
                  checked={at >= 0}
                  // The name says which run a row is.
                  disabled={key === 'name'}
                  onChange={(event) =>
                    set(
                      event.currentTarget.checked
                        ? [...shown, key]
                        : shown.filter((each) => each !== key),
                    )
                  }
                />
                {at >= 0 && (
                  <Group gap={2} wrap="nowrap">
                    <ActionIcon
                      size="sm"
                      variant={isPinned ? 'light' : 'subtle'}
                      aria-label={`Pin ${name}`}
                      aria-pressed={isPinned}
                      onClick={() =>
                        address.set(
                          {
                            pinned: isPinned
                              ? [...pinned.filter((each) => each !== key), NONE]
                              : [...pinned, key],
                          },
                          false,
                        )
                      }
                    >
                      ⇤
                    </ActionIcon>
                    <ActionIcon
                      size="sm"
                      variant="subtle"
                      aria-label={`${name} further to the left`}
                      disabled={!before || (before.left !== null) !== isPinned}
                      onClick={() => move(key, -1)}
                    >
                      ↑
                    </ActionIcon>
                    <ActionIcon
                      size="sm"
                      variant="subtle"
                      aria-label={`${name} further to the right`}
                      disabled={!next || (next.left !== null) !== isPinned}
                      onClick={() => move(key, 1)}
                    >
                      ↓
                    </ActionIcon>
                  </Group>
                )}
              </Group>
            );
          })}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Says in the address that nothing is pinned by default. */
const NONE = 'none';
