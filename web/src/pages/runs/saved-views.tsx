import { ActionIcon, Button, Group, Menu, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

/** A view's name and its address without the runs that are chosen. Kept by this browser; the address is what others get. */
type Views = Record<string, string>;

/** Filters, columns and order under a name. */
export function SavedViews() {
  const [views, setViews] = useLocalStorage<Views>({
    key: 'clipwright-run-views',
    defaultValue: {},
  });
  const [name, setName] = useState('');
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const save = (event: FormEvent) => {
    event.preventDefault();
    const kept = new URLSearchParams(parameters);
    kept.delete('runs');
    setViews({ ...views, [name.trim()]: kept.toString() });
    setName('');
  };
  return (
    <Menu position="bottom-end" closeOnItemClick={false} width={260}>
      <Menu.Target>
        <Button variant="default" size="xs">
          Views
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(views).map(([each, query]) => (
          <Group key={each} wrap="nowrap" gap={4}>
            <Menu.Item onClick={() => void navigate(`/runs?${query}`)}>{each}</Menu.Item>
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={`Delete the view ${each}`}
              onClick={() => setViews(({ [each]: _, ...others }) => others)}
            >
              ×
            </ActionIcon>
          </Group>
        ))}
        {Object.keys(views).length > 0 && <Menu.Divider />}
        <Group component="form" onSubmit={save} wrap="nowrap" gap={4} p={4}>
          <TextInput
            size="xs"
            flex={1}
            aria-label="Name of this view"
            placeholder="Name of this view"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            // The menu takes letters for a search among its items.
            onKeyDown={(event) => event.stopPropagation()}
          />
          <Button size="xs" type="submit" disabled={name.trim() === ''}>
            Save
          </Button>
        </Group>
      </Menu.Dropdown>
    </Menu>
  );
}
