import { useMutation, useQuery } from '@apollo/client/react';
import { ActionIcon, Button, Group, Menu, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { problemOf } from '../api/problem.ts';
import {
  DeleteViewDocument,
  SavedViewsDocument,
  type SavedViewsQuery,
  type SavedViewsQueryVariables,
  SaveViewDocument,
} from '../api/saved-views.generated.ts';
import { useMay } from '../api/viewer.ts';

type View = SavedViewsQuery['savedViews'][number];
type Page = SavedViewsQueryVariables['page'];

const PATHS: Record<Page, string> = { RUNS: '/runs', COMPARE: '/compare' };

/**
 * What a page is set to, under names that the server keeps: one's own, and those that others share.
 * @param without a parameter of the address that is no part of a view
 */
export function SavedViews({ page, without }: { page: Page; without?: string }) {
  const [isOpen, setOpen] = useState(false);
  const { data, error, refetch } = useQuery(SavedViewsDocument, {
    variables: { page },
    // Others share theirs meanwhile.
    fetchPolicy: 'cache-and-network',
    skip: !isOpen,
  });
  const [save] = useMutation(SaveViewDocument);
  const [remove] = useMutation(DeleteViewDocument);
  const [name, setName] = useState('');
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const mayShare = useMay('EDITOR');
  const isAdmin = useMay('ADMIN');
  const told = (change: Promise<unknown>) =>
    change
      .then(() => refetch())
      .catch((problem: unknown) =>
        notifications.show({ color: 'red', message: problemOf(problem).message }),
      );
  const keep = (event: FormEvent) => {
    event.preventDefault();
    const kept = new URLSearchParams(parameters);
    if (without !== undefined) kept.delete(without);
    const input = { page, name, query: kept.toString() };
    void told(save({ variables: { input } }).then(() => setName('')));
  };
  const share = ({ name: ofView, query, shared }: View) =>
    told(save({ variables: { input: { page, name: ofView, query, shared: !shared } } }));
  const views = data?.savedViews ?? [];
  const own = views.filter(({ mine }) => mine);
  const others = views.filter(({ mine }) => !mine);
  // The server keeps one of a name.
  const isThere = own.some((view) => view.name === name.trim());
  const line = (view: View) => (
    <ViewLine
      key={view.id}
      view={view}
      onOpen={() => void navigate(`${PATHS[page]}?${view.query}`)}
      onShare={view.mine && mayShare ? () => void share(view) : undefined}
      onDelete={
        view.mine || isAdmin ? () => void told(remove({ variables: { id: view.id } })) : undefined
      }
    />
  );
  return (
    <Menu
      position="bottom-end"
      closeOnItemClick={false}
      width={320}
      opened={isOpen}
      onChange={setOpen}
    >
      <Menu.Target>
        <Button variant="default" size="xs">
          Views
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={480} style={{ overflowY: 'auto' }}>
        {error && (
          <Text size="xs" c="red" p={4}>
            {problemOf(error).message}
          </Text>
        )}
        {own.map(line)}
        {others.length > 0 && <Menu.Label>Shared by others</Menu.Label>}
        {others.map(line)}
        {views.length > 0 && <Menu.Divider />}
        <Group component="form" onSubmit={keep} wrap="nowrap" align="flex-start" gap={4} p={4}>
          <TextInput
            size="xs"
            flex={1}
            aria-label="Name of this view"
            placeholder="Name of this view"
            maxLength={100}
            description={isThere ? 'Replaces your view of this name.' : undefined}
            inputWrapperOrder={['input', 'description']}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            // The menu takes letters for a search among its items.
            onKeyDown={(event) => event.stopPropagation()}
          />
          <Button size="xs" type="submit" disabled={name.trim() === ''}>
            {isThere ? 'Replace' : 'Save'}
          </Button>
        </Group>
      </Menu.Dropdown>
    </Menu>
  );
}

function ViewLine({
  view,
  onOpen,
  onShare,
  onDelete,
}: {
  view: View;
  onOpen: () => void;
  /** Undefined where the reader may not. */
  onShare: (() => void) | undefined;
  /** As `onShare`. */
  onDelete: (() => void) | undefined;
}) {
  return (
    <Group wrap="nowrap" gap={4}>
      <Menu.Item onClick={onOpen}>
        {view.name}
        {!view.mine && (
          <Text span size="xs" c="dimmed">
            {' '}
            by {view.owner}
          </Text>
        )}
      </Menu.Item>
      {onShare && (
        <Button
          size="compact-xs"
          flex="none"
          variant={view.shared ? 'light' : 'subtle'}
          aria-pressed={view.shared}
          aria-label={`Share the view ${view.name}`}
          onClick={onShare}
        >
          {view.shared ? 'Shared' : 'Share'}
        </Button>
      )}
      {onDelete && (
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={`Delete the view ${view.name}`}
          onClick={onDelete}
        >
          ×
        </ActionIcon>
      )}
    </Group>
  );
}
