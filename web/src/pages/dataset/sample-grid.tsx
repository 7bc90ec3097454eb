import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Loader, Stack, Text } from '@mantine/core';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { countOf } from '../../parts/format.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import type { SparseList } from '../../parts/sparse-list.ts';
import { useAddress } from '../../parts/use-address.ts';
import { useSparseList } from '../../parts/use-sparse-list.ts';
import {
  SamplesInErrorDocument,
  type SamplesInErrorQuery,
  type SamplesInErrorQueryVariables,
  VersionSamplesDocument,
  type VersionSamplesQuery,
  type VersionSamplesQueryVariables,
} from './dataset.generated.ts';
import { readErrors } from './error-filter.tsx';
import { readFilter, SampleFilters } from './sample-filters.tsx';
import type { ShownSample } from './sample-tile.tsx';
import { TileScroller } from './tile-scroller.tsx';

const TEXT_HEIGHT = 62;
/** Of a line of what was wrong. */
const BADGE_HEIGHT = 22;

/** With what a run got wrong about them, where a run is given. */
type Samples = TypedDocumentNode<
  VersionSamplesQuery | SamplesInErrorQuery,
  VersionSamplesQueryVariables & Partial<SamplesInErrorQueryVariables>
>;

/** The samples that fit the filters of the address. */
export function SampleGrid({ datasetId, versionId }: { datasetId: string; versionId: string }) {
  const address = useAddress();
  const errorsOf = readErrors(address);
  const [samples, { errorsOf: shownErrors }] = useSparseList(
    (errorsOf === null ? VersionSamplesDocument : SamplesInErrorDocument) as Samples,
    { id: versionId, filter: readFilter(address), ...(errorsOf !== null && { errorsOf }) },
    (data) => data.datasetVersion?.samples,
  );
  const textHeight = TEXT_HEIGHT + (shownErrors === undefined ? 0 : 2 * BADGE_HEIGHT);
  return (
    <Stack gap="xs">
      <SampleFilters versionId={versionId} />
      <SampleTiles datasetId={datasetId} samples={samples} textHeight={textHeight} />
    </Stack>
  );
}

function SampleTiles(list: {
  datasetId: string;
  samples: SparseList<ShownSample>;
  textHeight: number;
}) {
  const { totalCount, isLoading, error } = list.samples;
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {totalCount !== null && countOf(totalCount, 'sample')}
        {isLoading && <Loader size={12} ml="xs" aria-label="Loading" />}
      </Text>
      {error !== null && <ProblemNote error={error} retry={() => list.samples.retry()} />}
      {totalCount === 0 && <EmptyNote>No sample fits the filter.</EmptyNote>}
      <TileScroller {...list} />
    </>
  );
}
