import { useQuery } from '@apollo/client/react';
import { Text } from '@mantine/core';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count, metric, signed } from '../../parts/format.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { FusedAgainstSingleDocument } from './experiment.generated.ts';

/** Whether photo and caption together are worth more than one of them. */
export function FusedAgainstSingle({ id }: { id: string }) {
  const answer = useQuery(FusedAgainstSingleDocument, { variables: { id } });
  return (
    <QueryView answer={answer}>
      {({ experiment }) => {
        const report = experiment?.report;
        const comparison = report?.comparison;
        if (!report || !comparison) {
          return (
            <EmptyNote>
              This needs a complete cell whose fusion takes photo and caption, and one whose fusion
              takes one of them, both on a dataset with labelled test samples.
            </EmptyNote>
          );
        }
        return (
          <Text className="figures">
            The best fused cell ({report.bestFused?.number}) has a mAP on test that is{' '}
            <strong>{signed(comparison.difference)}</strong> higher than that of the best single one
            ({report.bestSingle?.number}); {Math.round(comparison.level * 100)} % interval{' '}
            {signed(comparison.low)} to {signed(comparison.high)}, p {metric(comparison.pValue)}, on{' '}
            {count(comparison.numSamples)} samples.
          </Text>
        );
      }}
    </QueryView>
  );
}
