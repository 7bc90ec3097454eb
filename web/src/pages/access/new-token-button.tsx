import { useMutation } from '@apollo/client/react';
import {
  Alert,
  Button,
  Code,
  CopyButton,
  Modal,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { words } from '../../parts/format.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { CreateTokenDocument, type CreateTokenMutationVariables } from './access.generated.ts';

const LIFETIMES = [
  { value: '7', label: 'A week' },
  { value: '90', label: 'Three months' },
  { value: '365', label: 'A year' },
  { value: '', label: 'For ever' },
];

export function NewTokenButton({ onMade }: { onMade: () => void }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [name, setName] = useState('');
  const [role, setRole] = useState<CreateTokenMutationVariables['role']>('VIEWER');
  const [days, setDays] = useState('90');
  const [create, { data, loading, error, reset }] = useMutation(CreateTokenDocument);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const expiresAt =
      days === '' ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    await create({ variables: { name, role, expiresAt } }).then(onMade, () => {});
  };
  const leave = () => {
    close();
    // The secret is shown once.
    reset();
    setName('');
  };
  const secret = data?.createToken.secret;
  return (
    <>
      <Button onClick={open}>New token</Button>
      <Modal opened={isOpen} onClose={leave} title="New token" centered>
        {secret === undefined ? (
          <Stack component="form" onSubmit={submit}>
            <TextInput
              label="Name"
              description="Who or what uses it"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <Select
              label="Role"
              data={(['VIEWER', 'EDITOR', 'ADMIN'] as const).map((value) => ({
                value,
                label: words(value),
              }))}
              value={role}
              onChange={(value) => value && setRole(value)}
              allowDeselect={false}
            />
            <Select
              label="Lasts"
              data={LIFETIMES}
              value={days}
              onChange={(value) => setDays(value ?? '')}
              allowDeselect={false}
            />
            {error && <ProblemNote error={error} />}
            <Button type="submit" loading={loading} disabled={name.trim() === ''}>
              Make the token
            </Button>
          </Stack>
        ) : (
          <Stack>
            <Alert color="orange" variant="light" title="Copy it now">
              It is not shown again: the server keeps only its hash.
            </Alert>
            <Code block>{secret}</Code>
            <CopyButton value={secret}>
              {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
            </CopyButton>
            <Text size="xs" c="dimmed">
              Programs send it as the header <Code>authorization: Bearer …</Code>
            </Text>
          </Stack>
        )}
      </Modal>
    </>
  );
}
