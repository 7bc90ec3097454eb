import { useApolloClient } from '@apollo/client/react';
import { useRef, useState } from 'react';
import { missingOf, needsOf, sayNeeds } from './model-needs.ts';
import { PredictDocument, type PredictQuery, TryNeedsDocument } from './try.generated.ts';

export type LabelScore = PredictQuery['predict'][number]['scores'][number];

export interface TryInput {
  text: string;
  /** A sample's photo, or one of the reader's own as base64. */
  image: { preview: string; name: string; sampleId?: string; base64?: string } | null;
}

export interface Answer {
  model: string;
  /** By label, of what was given together. */
  scores: readonly LabelScore[];
  /** The same by each modality alone, where both were given and the model takes them apart. */
  imageAlone: readonly LabelScore[] | null;
  textAlone: readonly LabelScore[] | null;
}

interface Predictions {
  answers: readonly Answer[];
  problems: readonly { model: string; error: unknown }[];
  isLoading: boolean;
}

export function usePredictions(): [
  Predictions,
  (models: readonly string[], input: TryInput) => Promise<void>,
] {
  const client = useApolloClient();
  const [state, setState] = useState<Predictions>({ answers: [], problems: [], isLoading: false });
  const turn = useRef(0);

  const ask = async (model: string, input: object) => {
    const { data } = await client.query({
      query: PredictDocument,
      variables: { model, inputs: [input] },
      fetchPolicy: 'no-cache',
    });
    return data!.predict[0]!.scores;
  };

  /** The API says the same in the names of its fields. */
  const checkNeeds = async (model: string, input: TryInput) => {
    const { data } = await client.query({ query: TryNeedsDocument, variables: { ref: model } });
    const needs = needsOf(data?.modelVersion ?? null);
    const missing = needs && missingOf(needs, input);
    if (missing) throw new Error(`${model} ${sayNeeds(needs)}: ${missing}.`);
  };

  const predict = async (models: readonly string[], { text, image }: TryInput) => {
    turn.current += 1;
    const mine = turn.current;
    setState((before) => ({ ...before, isLoading: true }));
    const asText = text.trim() === '' ? null : { text };
    const asImage = image && {
      image: image.sampleId ? { sampleId: image.sampleId } : { base64: image.base64 },
    };
    const results = await Promise.allSettled(
      models.map(async (model): Promise<Answer> => {
        await checkNeeds(model, { text, image });
        const scores = await ask(model, { ...asText, ...asImage });
        // Most fusions need both, and say so; then there is nothing to show apart.
        const alone = (input: object | null) =>
          asText && asImage && input ? ask(model, input).catch(() => null) : null;
        const [imageAlone, textAlone] = await Promise.all([alone(asImage), alone(asText)]);
        return { model, scores, imageAlone, textAlone };
      }),
    );
    if (mine !== turn.current) return;
    setState({
      answers: results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
      problems: results.flatMap((each, at) =>
        each.status === 'rejected' ? [{ model: models[at]!, error: each.reason }] : [],
      ),
      isLoading: false,
    });
  };
  return [state, predict];
}
