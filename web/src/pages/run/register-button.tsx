import { useMutation, useQuery } from '@apollo/client/react';
import { Autocomplete, Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { ModelNamesDocument, RegisterRunDocument } from './run.generated.ts';
import type { RunDetails } from './run-page.tsx';

const MAX_NAME = 64;

/** Makes the run the next version of a model. */
export function RegisterButton({ run }: { run: RunDetails }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [model, setModel] = useState(proposedName(run.dataset.name));
  const models = useQuery(ModelNamesDocument, { skip: !isOpen });
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
          <Autocomplete
            label="Model"
            description="Small letters a–z, digits, dots, dashes and underscores, at most 64, the first a letter or digit"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            data={models.data?.models.nodes.map(({ name }) => name) ?? []}
            value={model}
            onChange={setModel}
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

/** `My photos (2026)` as 'my-photos-2026': as a model may be called. */
function proposedName(dataset: string): string {
  const name = dataset.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');
  return name
    .replace(/^[._-]+/, '')
    .slice(0, MAX_NAME)
    .replace(/[._-]+$/, '');
}
