import { useQuery } from '@apollo/client/react';
import { Text } from '@mantine/core';
import { useEffect } from 'react';
import { ASKED_ANEW } from '../../api/client.ts';
import { useAskAgain } from '../../api/use-ask-again.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { countOf, metric, signed, words } from '../../parts/format.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { encoderOfSet } from './encoder-of-set.ts';
import { FusedAgainstSingleDocument, type NamedCellFragment } from './experiment.generated.ts';

/** Whether photo and caption together are worth more than one of them. */
export function FusedAgainstSingle({ id, numEnded }: { id: string; numEnded: number }) {
  const answer = useQuery(FusedAgainstSingleDocument, { variables: { id }, context: ASKED_ANEW });
  const refetch = useAskAgain(() => answer.refetch());
  useEffect(() => {
    if (numEnded > 0) refetch();
  }, [numEnded, refetch]);
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
            The best fused cell ({nameOf(report.bestFused)}) against the best single one (
            {nameOf(report.bestSingle)}): <strong>{verdict(comparison)}</strong>. The difference in
            mAP on test is {signed(comparison.difference)}, {Math.round(comparison.level * 100)} %
            interval {signed(comparison.low)} to {signed(comparison.high)}, p{' '}
            {metric(comparison.pValue)}, on {countOf(comparison.numSamples, 'sample')}.
          </Text>
        );
      }}
    </QueryView>
  );
}

function verdict({ low, high }: { low: number; high: number }): string {
  if (low > 0) return 'the fused one is better';
  return high < 0 ? 'the single one is better' : 'no clear difference';
}

/** 'cell 5: clip-mini, MLP, Image only, BCE' */
function nameOf(cell: NamedCellFragment | null): string {
  if (cell === null) return '';
  const { head, fusion, loss } = cell.config;
  const kinds = [head, fusion, loss].map(({ kind }) => words(kind));
  return [`cell ${cell.number}: ${encoderOfSet(cell.embeddingSet)}`, ...kinds].join(', ');
}
