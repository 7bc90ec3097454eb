import { useQuery } from '@apollo/client/react';
import { Text } from '@mantine/core';
import type { CopiedQuery } from '../../parts/copy-menu.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count, countOf, metric } from '../../parts/format.ts';
import { METRIC_NAMES } from '../../parts/metric-names.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import {
  type EvaluationColumnFragment,
  PredictionEvaluationDocument,
} from './prediction.generated.ts';
import type { Batch } from './prediction-page.tsx';

/**
 * What the predictions are worth on samples whose labels are known, in each split and in all: first where it says most, as a
 * narrow screen shows no more.
 */
export function EvaluationTable({ batch }: { batch: Batch }) {
  const query = { document: PredictionEvaluationDocument, variables: { id: batch.id } };
  const answer = useQuery(query.document, { variables: query.variables });
  return (
    <QueryView answer={answer}>
      {({ batchPrediction: found }) =>
        found?.all ? (
          <Figures
            batch={batch}
            all={found.all}
            splits={[
              { name: 'Test', evaluation: found.test },
              { name: 'Validation', evaluation: found.validation },
              { name: 'Train', evaluation: found.train },
            ]}
            query={query}
          />
        ) : (
          <EmptyNote>
            The labels of these samples are unknown, or the model has none of them, so there is
            nothing to evaluate.
          </EmptyNote>
        )
      }
    </QueryView>
  );
}

function Figures({
  batch,
  all,
  splits,
  query,
}: {
  batch: Batch;
  all: EvaluationColumnFragment;
  /** null: nothing labelled in it */
  splits: readonly { name: string; evaluation: EvaluationColumnFragment | null }[];
  query: CopiedQuery;
}) {
  const labelled = splits.flatMap(({ name, evaluation }) =>
    evaluation === null ? [] : { name, evaluation },
  );
  const columns = labelled.length > 1 ? [...labelled, { name: 'All', evaluation: all }] : labelled;
  const unknown = batch.sampleCount! - all.numSamples;
  return (
    <PlainTable
      title="Against the labels given"
      note={
        <Text size="sm" c="dimmed">
          On {countOf(all.numSamples, 'sample')}
          {unknown > 0 && `, as the labels of ${count(unknown)} are unknown`}, by the{' '}
          {countOf(all.labels.length, 'label')} that model and dataset have in common. On samples
          that the model was trained on, figures say little.
        </Text>
      }
      head={['Metric', ...columns.map(({ name }) => name)]}
      rows={[
        ['Samples', ...columns.map(({ evaluation }) => count(evaluation.numSamples))],
        ...METRIC_NAMES.map(([key, name]) => [
          name,
          ...columns.map(({ evaluation }) => metric(evaluation.metrics[key])),
        ]),
      ]}
      query={query}
    />
  );
}
