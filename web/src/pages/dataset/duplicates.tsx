import { Group, Loader, Select, Stack, Switch, Text } from '@mantine/core';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count } from '../../parts/format.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { usePages } from '../../parts/use-pages.ts';
import { DuplicatePair } from './duplicate-pair.tsx';
import { DuplicatesDocument } from './duplicates.generated.ts';
import { WithSet } from './with-set.tsx';

const PAGE = 30;
/** Cosines; below the lowest there are pairs that only have a subject in common. */
const THRESHOLDS = ['1', '0.99', '0.98', '0.97', '0.95', '0.93', '0.9', '0.85', '0.8'];

/** Photos of a version that are the same or nearly, and whether one of them is tested and the other trained on. */
export function Duplicates({ datasetId, versionId }: { datasetId: string; versionId: string }) {
  const address = useAddress();
  return (
    <WithSet
      versionId={versionId}
      without="Near-duplicates are found by embeddings of this version."
    >
      {(setId, choice) => (
        <Stack>
          <Group align="flex-end">
            {choice}
            <Select
              label="Similarity from"
              data={THRESHOLDS}
              value={thresholdOf(address)}
              onChange={(value) => address.set({ from: value ?? '' }, false)}
              allowDeselect={false}
            />
            <Switch
              label="Only in different splits"
              checked={address.get('across') === 'yes'}
              onChange={(event) =>
                address.set({ across: event.currentTarget.checked ? 'yes' : '' }, false)
              }
            />
          </Group>
          <Pairs datasetId={datasetId} setId={setId} />
        </Stack>
      )}
    </WithSet>
  );
}

function thresholdOf(address: ReturnType<typeof useAddress>): string {
  return THRESHOLDS.find((each) => each === address.get('from')) ?? '0.97';
}

function Pairs({ datasetId, setId }: { datasetId: string; setId: string }) {
  const address = useAddress();
  const variables = {
    set: setId,
    threshold: Number(thresholdOf(address)),
    acrossSplitsOnly: address.get('across') === 'yes',
    first: PAGE,
  };
  const pages = usePages(DuplicatesDocument, variables, (data) => data.duplicates);
  return (
    <Stack>
      <Text size="sm" c="dimmed" role="status">
        {pages.totalCount !== null &&
          `${count(pages.totalCount)} ${pages.totalCount === 1 ? 'pair' : 'pairs'}`}
        {pages.isLoading && <Loader size={12} ml="xs" aria-label="Loading" />}
      </Text>
      {pages.error !== null && <ProblemNote error={pages.error} retry={pages.reload} />}
      {pages.nodes.length === 0 && !pages.isLoading && pages.error === null && (
        <EmptyNote>No two photos are as near to each other.</EmptyNote>
      )}
      {pages.nodes.map((pair) => (
        <DuplicatePair key={`${pair.a.id} ${pair.b.id}`} pair={pair} datasetId={datasetId} />
      ))}
      <MoreButton pages={pages} />
    </Stack>
  );
}
