import { useQuery } from '@apollo/client/react';
import { Button, Group, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { SEARCH_NEEDS_ENCODER } from '../../parts/encoder-is-there.ts';
import { HitGrid } from '../../parts/hit-grid.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { SearchSamplesDocument } from './search.generated.ts';
import { WithSet } from './with-set.tsx';

/** Samples by what they show or say, or near another sample (`near` of the address). */
export function SampleSearch({ datasetId, versionId }: { datasetId: string; versionId: string }) {
  const address = useAddress();
  const [text, setText] = useState(address.get('query'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    address.set({ query: text.trim(), near: '' });
  };
  return (
    <WithSet
      versionId={versionId}
      without="A search needs embeddings of this version."
      needsEncoder={address.get('near') === ''}
    >
      {(setId, choice, hasEncoder) => (
        <Stack>
          <Group component="form" onSubmit={submit} align="flex-end">
            <TextInput
              label="Words"
              placeholder="a dog beside a bench"
              miw={260}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            {choice}
            <SegmentedControl
              aria-label="What is searched"
              data={[
                { value: '', label: 'Photos' },
                { value: 'TEXT', label: 'Captions' },
              ]}
              value={address.get('modality')}
              onChange={(modality) => address.set({ modality }, false)}
            />
            <Button type="submit" disabled={text.trim() === ''}>
              Search
            </Button>
          </Group>
          {hasEncoder || address.get('near') !== '' ? (
            <Hits datasetId={datasetId} setId={setId} />
          ) : (
            <EmptyNote>{SEARCH_NEEDS_ENCODER}</EmptyNote>
          )}
        </Stack>
      )}
    </WithSet>
  );
}

function Hits({ datasetId, setId }: { datasetId: string; setId: string }) {
  const address = useAddress();
  const [query, near] = [address.get('query'), address.get('near')];
  const answer = useQuery(SearchSamplesDocument, {
    variables: {
      set: setId,
      modality: address.get('modality') === 'TEXT' ? 'TEXT' : 'IMAGE',
      ...(near ? { sample: near } : { text: query }),
    },
    skip: query === '' && near === '',
  });
  if (query === '' && near === '') {
    return <EmptyNote>Say what to look for; the nearest samples come first.</EmptyNote>;
  }
  return (
    <QueryView answer={answer}>
      {({ search }) => <HitGrid datasetId={datasetId} hits={search.nodes} />}
    </QueryView>
  );
}
