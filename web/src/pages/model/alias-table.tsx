import { useMutation } from '@apollo/client/react';
import {
  Button,
  Card,
  Code,
  Group,
  Modal,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useMay } from '../../api/viewer.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { AliasChange } from './alias-change.tsx';
import { MoveAliasDocument, RemoveAliasDocument } from './model.generated.ts';
import type { Model } from './model-page.tsx';

/** The names by which predictions ask for a version, and where each points. */
export function AliasTable({ model, refetch }: { model: Model; refetch: () => void }) {
  const mayEdit = useMay('EDITOR');
  const [remove] = useMutation(RemoveAliasDocument);
  return (
    <Card>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Aliases
        </Title>
        {mayEdit && <MoveButton model={model} alias={null} refetch={refetch} />}
      </Group>
      <Text size="sm" c="dimmed">
        An alias points at one version, and can be moved at any time: predictions ask for{' '}
        <Code>{model.name}@champion</Code>, and get what it points at.{' '}
        <Code>{model.name}@latest</Code> is always there.
      </Text>
      {model.aliases.length > 0 && (
        <Table maw={640} mt="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Alias</Table.Th>
              <Table.Th>Version</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {model.aliases.map(({ name, version }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>{version.number}</Table.Td>
                <Table.Td>
                  {mayEdit && (
                    <Group gap="xs" justify="flex-end">
                      <MoveButton model={model} alias={name} refetch={refetch} />
                      <ConfirmButton
                        name="Remove"
                        size="xs"
                        question={`Whoever asks for ${model.name}@${name} then gets an error.`}
                        confirm="Remove the alias"
                        onConfirm={() => remove({ variables: { model: model.name, alias: name } })}
                      />
                    </Group>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}

/** Asks where to, and shows what that changes before it does it. */
function MoveButton({
  model,
  alias,
  refetch,
}: {
  model: Model;
  /** Null makes a new one. */
  alias: string | null;
  refetch: () => void;
}) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const versions = model.versions.nodes;
  const now = model.aliases.find(({ name }) => name === alias)?.version.number ?? null;
  const [name, setName] = useState(alias ?? (model.aliases.length === 0 ? 'champion' : ''));
  const [target, setTarget] = useState(versions[0]?.number ?? null);
  const [move, { loading, error }] = useMutation(MoveAliasDocument);
  const from = versions.find(({ number }) => number === now);
  const to = versions.find(({ number }) => number === target);
  const act = async () => {
    await move({ variables: { model: model.name, alias: name, version: target! } }).then(
      () => {
        close();
        refetch();
      },
      () => {},
    );
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        {alias === null ? 'New alias' : 'Move'}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        size="lg"
        title={alias === null ? `New alias of ${model.name}` : `Move ${model.name}@${alias}`}
      >
        <Stack>
          {alias === null && (
            <TextInput
              label="Alias"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
          )}
          <Select
            label="Version"
            data={versions.map(({ number }) => String(number))}
            value={String(target)}
            onChange={(value) => value && setTarget(Number(value))}
            allowDeselect={false}
          />
          {from && to && from !== to && <AliasChange model={model.name} from={from} to={to} />}
          {error && <ProblemNote error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave it
            </Button>
            <Button
              onClick={act}
              loading={loading}
              disabled={name === '' || target === null || target === now}
            >
              {alias === null ? 'Make the alias' : `Move it to version ${target}`}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
