import { useMutation } from '@apollo/client/react';
import { Button, Group, Progress, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useMay } from '../../api/viewer.ts';
import { bytes, percent } from '../../parts/format.ts';
import { InputForm, type InputValue } from '../../parts/input-form.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useSendFile } from '../../parts/send-file.ts';
import { AppendChoice } from './append-choice.tsx';
import { ArchiveDrop } from './archive-drop.tsx';
import { ImportDatasetDocument, PreviewImportDocument } from './datasets.generated.ts';
import { PreviewTable } from './preview-table.tsx';
import { useDatasetNamed } from './use-dataset-named.ts';

/** An archive of the reader's own or a folder of the server's, looked into before it is imported. */
export function ImportForm({ onStart }: { onStart: () => void }) {
  const mayUseFolders = useMay('ADMIN');
  const [isFolder, setFolder] = useState(false);
  const [ownName, setName] = useState<string>();
  const [directory, setDirectory] = useState('');
  const [archive, setArchive] = useState<{ name: string; sizeBytes: number; uploadId: string }>();
  const [more, setMore] = useState<InputValue>({});
  const [place, setPlace] = useState<InputValue>({});
  const [choice, setChoice] = useState<{ datasetId: string; append: boolean }>();
  const [problem, setProblem] = useState<unknown>(null);
  const [progress, send] = useSendFile();
  const [start, { loading }] = useMutation(ImportDatasetDocument);
  // Until one is typed, as the archive is called.
  const name = ownName ?? (archive && !isFolder ? nameOf(archive.name) : '');
  const [preview, { data, loading: isLooking, reset }] = useMutation(PreviewImportDocument);
  const source = isFolder
    ? directory.trim() && { directory }
    : archive && { uploadId: archive.uploadId };
  const existing = useDatasetNamed(name);
  // Made for a dataset, not for whichever is named next.
  const append = existing && choice?.datasetId === existing.id ? choice.append : null;
  const input = { ...more, name, append, source: { ...place, ...(source || {}) } };

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
      setArchive(undefined);
      reset();
      const uploadId = await send(file);
      setArchive({ name: file.name, sizeBytes: file.size, uploadId });
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
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      {existing && (
        <AppendChoice
          existing={existing}
          value={append}
          onChange={(chosen) => setChoice({ datasetId: existing.id, append: chosen })}
        />
      )}
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
          without={['name', 'source', 'labelNames', 'append']}
        />
      </details>
      {problem !== null && (
        <ProblemNote error={problem} about={isFolder ? undefined : archive?.name} />
      )}
      {data && (
        <PreviewTable
          preview={data.previewImport}
          columns={(more.columns as InputValue | undefined) ?? {}}
          onColumns={(columns) => setMore({ ...more, columns })}
        />
      )}
      <Group justify="flex-end">
        {existing && append === null && (
          <Text size="sm" c="dimmed">
            {existing.name} is there already: choose above what is to become of it.
          </Text>
        )}
        <Button
          variant="default"
          onClick={() => void look()}
          loading={isLooking}
          disabled={!source}
        >
          Look into it
        </Button>
        <Button
          type="submit"
          loading={loading}
          disabled={
            name.trim() === '' ||
            !source ||
            existing === undefined ||
            (existing !== null && append === null)
          }
        >
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
