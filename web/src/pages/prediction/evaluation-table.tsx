import { useQuery } from '@apollo/client/react';
import { Group, SegmentedControl, Text, Title } from '@mantine/core';
import type { CopiedQuery } from '../../parts/copy-menu.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count, countOf, metric } from '../../parts/format.ts';
import { LabelFiguresTable } from '../../parts/label-figures.tsx';
import { METRIC_NAMES } from '../../parts/metric-names.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import {
  type EvaluationColumnFragment,
  PredictionEvaluationDocument,
} from './prediction.generated.ts';
import type { Batch } from './prediction-page.tsx';

interface Column {
  key: string;
  name: string;
  evaluation: EvaluationColumnFragment;
}

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
              { key: 'TEST', name: 'Test', evaluation: found.test },
              { key: 'VALIDATION', name: 'Validation', evaluation: found.validation },
              { key: 'TRAIN', name: 'Train', evaluation: found.train },
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
  splits: readonly (Omit<Column, 'evaluation'> & { evaluation: Column['evaluation'] | null })[];
  query: CopiedQuery;
}) {
  const labelled = splits.flatMap(({ evaluation, ...split }) =>
    evaluation === null ? [] : { ...split, evaluation },
  );
  const columns =
    labelled.length > 1 ? [...labelled, { key: 'ALL', name: 'All', evaluation: all }] : labelled;
  const unknown = batch.sampleCount! - all.numSamples;
  return (
    <>
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
      <ByLabel columns={columns} query={query} />
    </>
  );
}

/** What each label is worth, in the split that says most or the one that was chosen. */
function ByLabel({ columns, query }: { columns: readonly Column[]; query: CopiedQuery }) {
  const address = useAddress();
  const shown = columns.find(({ key }) => key === address.get('split')) ?? columns[0]!;
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          By label
        </Title>
        {columns.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Split of the labels' figures"
            data={columns.map(({ key, name }) => ({ value: key, label: name }))}
            value={shown.key}
            onChange={(split) => address.set({ split })}
          />
        )}
      </Group>
      <LabelFiguresTable
        note="By the model's thresholds; AP needs none. Choose a column's head to sort by it."
        rows={shown.evaluation.labelMetrics}
        query={query}
        maxHeight={360}
      />
    </section>
  );
}
