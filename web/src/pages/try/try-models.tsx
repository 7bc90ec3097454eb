import { useQuery } from '@apollo/client/react';
import { Button, Card, Grid, Group, MultiSelect, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { modelReferences } from '../../parts/model-references.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { NeedsNote } from './needs-note.tsx';
import { PhotoAndCaption } from './photo-and-caption.tsx';
import { Scores } from './scores.tsx';
import { Snippets } from './snippets.tsx';
import { TryModelsDocument, TrySampleDocument } from './try.generated.ts';
import { type TryInput, usePredictions } from './use-predictions.ts';

const MOST_MODELS = 4;

/** What registered models predict for one photo, one caption or both. */
export function TryModels() {
  const address = useAddress();
  const models = useQuery(TryModelsDocument);
  const sampleId = address.get('sample');
  const sample = useQuery(TrySampleDocument, {
    variables: { id: sampleId },
    skip: sampleId === '',
  });
  if (sampleId !== '' && sample.data === undefined) {
    return <QueryView answer={sample}>{() => null}</QueryView>;
  }
  const found = sample.data?.sample ?? null;
  return (
    <QueryView answer={models}>
      {(data) => {
        const references = modelReferences(data.models.nodes);
        if (references.length === 0) {
          return (
            <EmptyNote>
              A prediction needs a model. Open a run that has succeeded and press “Register as
              model”.
            </EmptyNote>
          );
        }
        return (
          <TryForm
            key={sampleId}
            references={references}
            start={
              found === null
                ? { text: '', image: null }
                : {
                    text: found.caption ?? '',
                    image: found.thumbnailUrl && {
                      sampleId: found.id,
                      preview: found.thumbnailUrl,
                      name: found.key,
                    },
                  }
            }
            truth={found?.labels?.map(({ key }) => key) ?? null}
          />
        );
      }}
    </QueryView>
  );
}

function TryForm({
  references,
  start,
  truth,
}: {
  references: readonly string[];
  start: { text: string; image: TryInput['image'] | '' };
  truth: readonly string[] | null;
}) {
  const address = useAddress();
  const chosen = address.list('models').filter((each) => references.includes(each));
  const models = chosen.length > 0 ? chosen : references.slice(0, 1);
  const [text, setText] = useState(start.text);
  const [image, setImage] = useState<TryInput['image']>(start.image || null);
  const [predictions, predict] = usePredictions();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void predict(models, { text, image });
  };
  const isEmpty = text.trim() === '' && image === null;
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Card component="form" onSubmit={submit}>
          <Stack>
            <PhotoAndCaption {...{ image, setImage, text, setText }} />
            <MultiSelect
              label="Models"
              data={references}
              value={models}
              onChange={(values) => address.set({ models: values }, false)}
              maxValues={MOST_MODELS}
              searchable
            />
            {models.map((model) => (
              <NeedsNote key={model} model={model} />
            ))}
            <Button
              type="submit"
              disabled={isEmpty || models.length === 0}
              loading={predictions.isLoading}
            >
              Predict
            </Button>
          </Stack>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Stack>
          {predictions.problems.map(({ model, error }) => (
            <div key={model}>
              {model}: <ProblemNote error={error} />
            </div>
          ))}
          {predictions.answers.length > 0 && <Scores answers={predictions.answers} truth={truth} />}
          {predictions.answers[0] && (
            <Group align="flex-start">
              <Snippets model={predictions.answers[0].model} input={{ text, image }} />
            </Group>
          )}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
