import { useLazyQuery, useQuery } from '@apollo/client/react';
import { Button, Card, Grid, Select, Stack, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { PhotoAndCaption } from './photo-and-caption.tsx';
import type { TryInput } from './use-predictions.ts';
import { ZeroShotDocument, ZeroShotEncodersDocument } from './zero-shot.generated.ts';
import { ZeroShotScores } from './zero-shot-scores.tsx';

/** How near a photo or a caption is to labels that nothing was trained for. */
export function ZeroShot() {
  const answer = useQuery(ZeroShotEncodersDocument);
  return (
    <QueryView answer={answer}>
      {({ encoders }) => (
        <ZeroShotForm
          encoders={encoders
            .filter(({ status }) => status === 'READY' || status === 'BUILT_IN')
            .map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
    </QueryView>
  );
}

function ZeroShotForm({ encoders }: { encoders: { value: string; label: string }[] }) {
  const address = useAddress();
  const chosen = encoders.find(({ value }) => value === address.get('encoder')) ?? encoders.at(-1);
  const [image, setImage] = useState<TryInput['image']>(null);
  const [text, setText] = useState('');
  const [labels, setLabels] = useState(address.get('labels').replaceAll(',', '\n'));
  const [prompts, setPrompts] = useState('');
  const [ask, { data, error, loading }] = useLazyQuery(ZeroShotDocument, {
    fetchPolicy: 'no-cache',
  });
  const names = linesOf(labels);
  const isEmpty = text.trim() === '' && image === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const own = linesOf(prompts);
    const input = {
      ...(text.trim() && { text }),
      ...(image && { image: { base64: image.base64! } }),
    };
    void ask({
      variables: {
        encoderId: chosen!.value,
        inputs: [input],
        labels: names.map((name) => ({ name, ...(own.length > 0 && { prompts: own }) })),
      },
    });
  };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Card component="form" onSubmit={submit}>
          <Stack>
            <PhotoAndCaption {...{ image, setImage, text, setText }} />
            <Textarea
              label="Labels"
              description="One in each line"
              placeholder={'dog\nbicycle\nbench'}
              autosize
              minRows={3}
              maxRows={10}
              value={labels}
              onChange={(event) => setLabels(event.currentTarget.value)}
            />
            <Textarea
              label="Prompts"
              description="One in each line, with {} where the label goes; CLIP's own when empty"
              placeholder="a photo of a {}."
              autosize
              value={prompts}
              onChange={(event) => setPrompts(event.currentTarget.value)}
            />
            <Select
              label="Encoder"
              data={encoders}
              value={chosen?.value ?? null}
              onChange={(encoder) => address.set({ encoder: encoder ?? '' }, false)}
              allowDeselect={false}
            />
            <Button
              type="submit"
              disabled={isEmpty || names.length === 0 || !chosen}
              loading={loading}
            >
              Compare with the labels
            </Button>
          </Stack>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        {error && <ProblemNote error={error} />}
        {data ? (
          <ZeroShotScores scores={data.zeroShot[0]!.scores} />
        ) : (
          <EmptyNote>
            Nothing has to be trained for this: the encoder compares a photo or a caption with the
            labels that you name.
          </EmptyNote>
        )}
      </Grid.Col>
    </Grid>
  );
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}
