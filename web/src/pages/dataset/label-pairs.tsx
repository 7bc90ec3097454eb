import { useQuery } from '@apollo/client/react';
import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Chart } from '../../parts/chart.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { VersionPairsDocument, type VersionPairsQuery } from './dataset.generated.ts';
import { pairsOption, pairsShown } from './pairs-option.ts';
import { readSplit } from './splits.ts';

export type Pair = NonNullable<VersionPairsQuery['datasetVersion']>['coOccurrence'][number];

const MEASURES = [
  { value: '', label: 'Given the row' },
  { value: 'count', label: 'Samples' },
  { value: 'lift', label: 'Lift' },
];

/** Labels that occur together; a click shows the samples that carry both. */
export function LabelPairs({ versionId }: { versionId: string }) {
  const address = useAddress();
  const split = readSplit(address.get('split'));
  const answer = useQuery(VersionPairsDocument, { variables: { id: versionId, split } });
  return (
    <QueryView answer={answer}>
      {({ datasetVersion }) =>
        datasetVersion === null || datasetVersion.coOccurrence.length === 0 ? (
          <EmptyNote>No two labels occur together.</EmptyNote>
        ) : (
          <Stack>
            <SegmentedControl
              size="xs"
              w="fit-content"
              aria-label="What colours say"
              data={MEASURES}
              value={address.get('measure')}
              onChange={(measure) => address.set({ measure })}
            />
            <HeatMap pairs={datasetVersion.coOccurrence} />
          </Stack>
        )
      }
    </QueryView>
  );
}

function HeatMap({ pairs }: { pairs: readonly Pair[] }) {
  const address = useAddress();
  const measure = address.get('measure');
  const { labels, cells } = useMemo(() => pairsShown(pairs), [pairs]);
  const option = useMemo(() => pairsOption(labels, cells, measure), [labels, cells, measure]);
  return (
    <>
      <Text size="sm" c="dimmed">
        {measure === ''
          ? 'Of the samples with the row’s label, the part that also carries the column’s.'
          : measure === 'lift'
            ? 'How many times as often as if the two were independent, as a logarithm: blue is more seldom, orange more often.'
            : 'How many samples carry both.'}{' '}
        A click shows them.
      </Text>
      <Chart
        title="Labels that occur together"
        description={`A heat map of ${labels.length} labels; the most frequent pair is ${pairs[0]!.a.name} and ${pairs[0]!.b.name} with ${pairs[0]!.count} samples`}
        option={option}
        height={Math.max(360, 110 + labels.length * 22)}
        onPick={(at) => {
          const cell = cells[at];
          if (cell) address.set({ tab: 'samples', labels: [cell.row.key, cell.column.key] });
        }}
      />
    </>
  );
}
