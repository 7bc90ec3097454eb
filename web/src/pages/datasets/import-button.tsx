import { useMutation } from '@apollo/client/react';
import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { InputForm, type InputValue } from '../../parts/input-form.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { ImportDatasetDocument } from './datasets.generated.ts';

export function ImportButton({ onStart }: { onStart: () => void }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button onClick={open}>Import</Button>
      <Modal opened={isOpen} onClose={close} title="Import a dataset" size="xl">
        <ImportForm
          onStart={() => {
            close();
            onStart();
          }}
        />
      </Modal>
    </>
  );
}

function ImportForm({ onStart }: { onStart: () => void }) {
  const [name, setName] = useState('');
  const [directory, setDirectory] = useState('');
  const [more, setMore] = useState<InputValue>({});
  const [source, setSource] = useState<InputValue>({});
  const [start, { loading, error }] = useMutation(ImportDatasetDocument);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = { ...more, name, source: { ...source, directory } };
    await start({ variables: { input } }).then(onStart, () => {});
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label="Name"
        description="A dataset of this name gets a next version"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        label="Folder"
        description="Below one of the server's import roots, such as photos for ./import/photos"
        value={directory}
        onChange={(event) => setDirectory(event.currentTarget.value)}
      />
      <details>
        <summary>Which table, columns and splits</summary>
        <InputForm
          input="ImportSourceInput"
          value={source}
          onChange={setSource}
          without={['directory', 'uploadId']}
        />
        <InputForm
          input="ImportDatasetInput"
          value={more}
          onChange={setMore}
          without={['name', 'source', 'labelNames']}
        />
      </details>
      {error && <ProblemNote error={error} />}
      <Button
        type="submit"
        loading={loading}
        disabled={name.trim() === '' || directory.trim() === ''}
      >
        Import
      </Button>
    </Stack>
  );
}
