import { useLazyQuery, useQuery } from '@apollo/client/react';
import { Button, Card, Grid, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { isThere, SEARCH_NEEDS_ENCODER } from '../../parts/encoder-is-there.ts';
import { HitGrid } from '../../parts/hit-grid.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { PhotoDrop } from './photo-drop.tsx';
import { TrySearchDocument, TrySetsDocument, type TrySetsQuery } from './try-search.generated.ts';
import type { TryInput } from './use-predictions.ts';

interface Searchable {
  datasetId: string;
  setId: string;
  name: string;
  isUsable: boolean;
}

/** Samples of any dataset that are near to words or to a photo of the reader's own. */
export function TrySearch() {
  const answer = useQuery(TrySetsDocument);
  return (
    <QueryView answer={answer}>
      {(data) => {
        const sets = searchable(data);
        if (sets.some(({ isUsable }) => isUsable)) return <SearchForm sets={sets} />;
        return (
          <EmptyNote>
            {sets.length > 0 && `${SEARCH_NEEDS_ENCODER} `}A search needs embeddings: open a
            dataset, and make them on its tab Embeddings.
          </EmptyNote>
        );
      }}
    </QueryView>
  );
}

function SearchForm({ sets }: { sets: readonly Searchable[] }) {
  const address = useAddress();
  const usable = sets.filter(({ isUsable }) => isUsable);
  const set = usable.find(({ setId }) => setId === address.get('set')) ?? usable[0]!;
  const [text, setText] = useState('');
  const [image, setImage] = useState<TryInput['image']>(null);
  const [modality, setModality] = useState<'IMAGE' | 'TEXT'>('IMAGE');
  const [ask, { data, error, loading }] = useLazyQuery(TrySearchDocument, {
    fetchPolicy: 'no-cache',
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const query = image ? { image: { base64: image.base64! } } : { text: text.trim() };
    void ask({ variables: { set: set.setId, modality, ...query } });
  };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Card component="form" onSubmit={submit}>
          <Stack>
            <TextInput
              label="Words"
              placeholder="a dog beside a bench"
              description={image ? 'The photo is searched by; without it, words are.' : undefined}
              disabled={image !== null}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <PhotoDrop image={image} onChange={setImage} />
            <Select
              label="In"
              data={sets.map(({ setId, name, isUsable }) => ({
                value: setId,
                label: isUsable ? name : `${name} (encoder not there)`,
                disabled: !isUsable,
              }))}
              value={set.setId}
              onChange={(id) => address.set({ set: id ?? '' }, false)}
              allowDeselect={false}
            />
            <SegmentedControl
              aria-label="What is searched"
              data={[
                { value: 'IMAGE', label: 'Photos' },
                { value: 'TEXT', label: 'Captions' },
              ]}
              value={modality}
              onChange={(value) => setModality(value as 'IMAGE' | 'TEXT')}
            />
            <Button type="submit" disabled={image === null && text.trim() === ''} loading={loading}>
              Search
            </Button>
          </Stack>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        {error && <ProblemNote error={error} />}
        {data ? (
          <HitGrid datasetId={set.datasetId} hits={data.search.nodes} />
        ) : (
          <EmptyNote>Give words or a photo; the nearest samples come first.</EmptyNote>
        )}
      </Grid.Col>
    </Grid>
  );
}

function searchable(data: TrySetsQuery): Searchable[] {
  return data.datasets.nodes.flatMap(({ id, name, latestVersion }) =>
    (latestVersion?.embeddingSets ?? [])
      .filter(({ status }) => status === 'SUCCEEDED')
      .map((set) => ({
        datasetId: id,
        setId: set.id,
        name: `${name} v${latestVersion!.number}, ${set.encoder.name}, ${set.precision}`,
        isUsable: isThere(set.encoder),
      })),
  );
}
