import { useMutation } from '@apollo/client/react';
import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { RegisterRunDocument } from './run.generated.ts';
import type { RunDetails } from './run-page.tsx';

/** Makes the run the next version of a model. */
export function RegisterButton({ run }: { run: RunDetails }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [model, setModel] = useState(
    run.dataset.name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-'),
  );
  const [register, { loading, error }] = useMutation(RegisterRunDocument);
  const navigate = useNavigate();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await register({ variables: { id: run.id, model } }).catch(() => ({
      data: null,
    }));
    if (data) await navigate(`/models/${encodeURIComponent(data.registerModel.model.name)}`);
  };
  return (
    <>
      <Button size="xs" onClick={open}>
        Register as model
      </Button>
      <Modal opened={isOpen} onClose={close} title="Register as model" centered>
        <Stack component="form" onSubmit={submit}>
          <Text size="sm">
            The run becomes the next version of the model, with its weights, labels and thresholds.
            A model of a new name is made with its first version.
          </Text>
          <TextInput
            label="Model"
            value={model}
            onChange={(event) => setModel(event.currentTarget.value)}
            data-autofocus
          />
          {error && <ProblemNote error={error} />}
          <Button type="submit" loading={loading} disabled={model.trim() === ''}>
            Register
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
