import { useMutation } from '@apollo/client/react';
import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { AddEncoderDocument } from './encoders.generated.ts';

export function AddEncoderButton({ onStart }: { onStart: () => void }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [directory, setDirectory] = useState('');
  const [add, { loading, error }] = useMutation(AddEncoderDocument);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await add({ variables: { directory } }).then(
      () => {
        close();
        onStart();
      },
      () => {},
    );
  };
  return (
    <>
      <Button onClick={open}>Add from a folder</Button>
      <Modal opened={isOpen} onClose={close} title="Add an encoder from a folder" centered>
        <Stack component="form" onSubmit={submit}>
          <TextInput
            label="Folder"
            description="Below one of the server's import roots, in the layout of the Hugging Face hub (two towers in onnx/, or both in one model.onnx); it is copied"
            value={directory}
            onChange={(event) => setDirectory(event.currentTarget.value)}
            data-autofocus
          />
          {error && <ProblemNote error={error} />}
          <Button type="submit" loading={loading} disabled={directory.trim() === ''}>
            Add
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
