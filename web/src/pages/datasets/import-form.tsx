import { useMutation } from '@apollo/client/react';
import { Button, Group, Progress, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useMay } from '../../api/viewer.ts';
import { bytes, percent } from '../../parts/format.ts';
import { InputForm, type InputValue } from '../../parts/input-form.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useSendFile } from '../../parts/send-file.ts';
import { ArchiveDrop } from './archive-drop.tsx';
import { ImportDatasetDocument, PreviewImportDocument } from './datasets.generated.ts';
import { PreviewTable } from './preview-table.tsx';

/** An archive of the reader's own or a folder of the server's, looked into before it is imported. */
export function ImportForm({ onStart }: { onStart: () => void }) {
  const mayUseFolders = useMay('ADMIN');
  const [isFolder, setFolder] = useState(false);
  const [name, setName] = useState('');
  const [directory, setDirectory] = useState('');
  const [archive, setArchive] = useState<{ name: string; sizeBytes: number; uploadId: string }>();
  const [more, setMore] = useState<InputValue>({});
  const [place, setPlace] = useState<InputValue>({});
  const [problem, setProblem] = useState<unknown>(null);
  const [progress, send] = useSendFile();
  const [start, { loading }] = useMutation(ImportDatasetDocument);
  const [preview, { data, loading: isLooking }] = useMutation(PreviewImportDocument);
  const source = isFolder
    ? directory.trim() && { directory }
    : archive && { uploadId: archive.uploadId };
  const input = { ...more, name, source: { ...place, ...(source || {}) } };

  const guarded = async (act: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(error);
    }
  };
  const take = (file: File) =>
    guarded(async () => {
      const uploadId = await send(file);
      setArchive({ name: file.name, sizeBytes: file.size, uploadId });
      setName((before) => before || nameOf(file.name));
    });
  const look = () =>
    guarded(() => preview({ variables: { input: { ...input, name: name || 'preview' } } }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void guarded(async () => {
      await start({ variables: { input } });
      onStart();
    });
  };

  return (
    <Stack component="form" onSubmit={submit}>
      {mayUseFolders && (
        <SegmentedControl
          aria-label="Where it comes from"
          data={[
            { value: 'archive', label: 'An archive of mine' },
            { value: 'folder', label: 'A folder on the server' },
          ]}
          value={isFolder ? 'folder' : 'archive'}
          onChange={(value) => setFolder(value === 'folder')}
        />
      )}
      {isFolder ? (
        <TextInput
          label="Folder"
          description="Below one of the server's import roots, such as photos for ./import/photos"
          value={directory}
          onChange={(event) => setDirectory(event.currentTarget.value)}
        />
      ) : (
        <ArchiveDrop onFile={(file) => void take(file)} isBusy={progress !== null}>
          {archive && (
            <Text size="sm">
              {archive.name}, {bytes(archive.sizeBytes)}, is on the server.
            </Text>
          )}
          {progress !== null && (
            <Group wrap="nowrap" w="100%">
              <Progress flex={1} value={progress * 100} aria-label="Sent" />
              <Text size="sm">{percent(progress)}</Text>
            </Group>
          )}
        </ArchiveDrop>
      )}
      <TextInput
        label="Name"
        description="A dataset of this name gets a next version"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <details>
        <summary>Which table, columns and splits</summary>
        <InputForm
          input="ImportSourceInput"
          value={place}
          onChange={setPlace}
          without={['directory', 'uploadId']}
        />
        <InputForm
          input="ImportDatasetInput"
          value={more}
          onChange={setMore}
          without={['name', 'source', 'labelNames']}
        />
      </details>
      {problem !== null && <ProblemNote error={problem} />}
      {data && (
        <PreviewTable
          preview={data.previewImport}
          columns={(more.columns as InputValue | undefined) ?? {}}
          onColumns={(columns) => setMore({ ...more, columns })}
        />
      )}
      <Group justify="flex-end">
        <Button
          variant="default"
          onClick={() => void look()}
          loading={isLooking}
          disabled={!source}
        >
          Look into it
        </Button>
        <Button type="submit" loading={loading} disabled={name.trim() === '' || !source}>
          Import
        </Button>
      </Group>
    </Stack>
  );
}

/** `My photos.tar.gz` as 'My photos'. */
function nameOf(file: string): string {
  return file.replace(/(\.tar)?\.\w+$/, '');
}
