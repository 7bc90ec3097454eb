import { useApolloClient, useMutation } from '@apollo/client/react';
import {
  Button,
  Card,
  Checkbox,
  MultiSelect,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { problemOf } from '../../api/problem.ts';
import { words } from '../../parts/format.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import {
  EditSampleDocument,
  SampleInLatestDocument,
  SamplePageDocument,
} from './sample.generated.ts';
import type { Dataset, Sample } from './sample-page.tsx';

/**
 * Versions do not change: an edit makes the next one, of the latest. Only what was changed here is sent, and with it what
 * it was changed from, so that nobody else's edit is overwritten unseen.
 */
export function SampleEditor({ dataset, sample }: { dataset: Dataset; sample: Sample }) {
  const [areKnown, setKnown] = useState(sample.labels !== null);
  const [labels, setLabels] = useState(sample.labels?.map(({ key }) => key) ?? []);
  const [caption, setCaption] = useState(sample.caption ?? '');
  const [split, setSplit] = useState(sample.split);
  const [note, setNote] = useState('');
  const [edit, { loading, error }] = useMutation(EditSampleDocument);
  const client = useApolloClient();
  const navigate = useNavigate();

  const save = async (event: FormEvent) => {
    event.preventDefault();
    const changes = changesOf(sample, {
      labels: areKnown ? labels : null,
      caption: caption.trim() === '' ? null : caption,
      split: areKnown ? split : sample.split,
    });
    if (Object.keys(changes).length === 0) {
      notifications.show({ message: 'Nothing was changed: there is no new version.' });
      return;
    }
    const { data } = await edit({
      variables: {
        dataset: dataset.id,
        edit: { key: sample.key, basedOn: sample.id, ...changes },
        note: note || null,
      },
    }).catch(() => ({ data: null }));
    if (!data) {
      // It may have been refused for a version that this page does not know of.
      await client.refetchQueries({ include: [SamplePageDocument] }).catch(() => {});
      return;
    }
    const { number } = data.editSamples;
    if (number === dataset.latestVersion?.number) {
      notifications.show({
        message: 'Nothing differs from the latest version: there is no new one.',
      });
      return;
    }
    notifications.show({ message: `Saved as version ${number} of ${dataset.name}.` });
    const next = await client.query({
      query: SampleInLatestDocument,
      variables: { id: sample.id, version: number },
    });
    await navigate(`/datasets/${dataset.id}/samples/${next.data?.sample?.id ?? sample.id}`);
  };

  return (
    <Card component="form" onSubmit={save}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          Edit
        </Title>
        <Checkbox
          label="Its labels are known"
          checked={areKnown}
          onChange={(event) => setKnown(event.currentTarget.checked)}
        />
        {areKnown && (
          <MultiSelect
            label="Labels"
            placeholder={labels.length > 0 ? '' : 'none'}
            data={dataset.labels.map(({ key, name }) => ({ value: key, label: name }))}
            value={labels}
            onChange={setLabels}
            searchable
            clearable
          />
        )}
        <Textarea
          label="Caption"
          autosize
          value={caption}
          onChange={(event) => setCaption(event.currentTarget.value)}
        />
        <Select
          label="Split"
          data={(['TRAIN', 'VALIDATION', 'TEST'] as const).map((value) => ({
            value,
            label: words(value),
          }))}
          value={areKnown ? split : 'TEST'}
          onChange={(value) => value && setSplit(value)}
          disabled={!areKnown}
          allowDeselect={false}
        />
        <TextInput
          label="Note"
          placeholder="says what has changed when left out"
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {error && <ProblemNote error={error} />}
        {error && problemOf(error).code === 'CONFLICT' && (
          <Text size="sm">
            What you wrote stays in this form: copy what you need before you leave it.
          </Text>
        )}
        <Button type="submit" loading={loading}>
          Save as the next version
        </Button>
        <Text size="xs" c="dimmed">
          It is made of version {dataset.latestVersion?.number}; runs on that stay as they are.
        </Text>
      </Stack>
    </Card>
  );
}

interface State {
  labels: string[] | null;
  caption: string | null;
  split: Sample['split'];
}

function changesOf(sample: Sample, { labels, caption, split }: State): Partial<State> {
  const before = sample.labels?.map(({ key }) => key) ?? null;
  return {
    ...(sorted(labels) !== sorted(before) && { labels }),
    ...(caption !== sample.caption && { caption }),
    ...(split !== sample.split && { split }),
  };
}

function sorted(keys: readonly string[] | null): string {
  return JSON.stringify(keys?.toSorted() ?? null);
}
