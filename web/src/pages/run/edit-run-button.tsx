import { useMutation } from '@apollo/client/react';
import { Button, Modal, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { UpdateRunDocument } from './run.generated.ts';
import type { RunDetails } from './run-page.tsx';

export function EditRunButton({ run }: { run: RunDetails }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [name, setName] = useState(run.name);
  const [notes, setNotes] = useState(run.notes ?? '');
  const [tags, setTags] = useState(run.tags);
  const [update, { loading, error }] = useMutation(UpdateRunDocument);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await update({
      variables: { id: run.id, name, notes: notes.trim() === '' ? null : notes, tags },
    }).then(close, () => {});
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        Edit
      </Button>
      <Modal opened={isOpen} onClose={close} title="Name, tags and notes" centered>
        <Stack component="form" onSubmit={submit}>
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <TagsInput label="Tags" value={tags} onChange={setTags} />
          <Textarea
            label="Notes"
            autosize
            minRows={3}
            value={notes}
            onChange={(event) => setNotes(event.currentTarget.value)}
          />
          {error && <ProblemNote error={error} />}
          <Button type="submit" loading={loading} disabled={name.trim() === ''}>
            Save
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
