import { Anchor, Loader, Stack, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count, words } from '../../parts/format.ts';
import { Photo } from '../../parts/photo.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { usePages } from '../../parts/use-pages.ts';
import { VersionSamplesDocument, type VersionSamplesQuery } from './dataset.generated.ts';
import { readFilter, SampleFilters } from './sample-filters.tsx';
import classes from './sample-grid.module.css';

type Sample = NonNullable<VersionSamplesQuery['datasetVersion']>['samples']['nodes'][number];

const PAGE = 200;
const TILE = 150;
const GAP = 10;
const TEXT_HEIGHT = 62;
const MARGIN_ROWS = 4;

/** As many photos as fit on the screen, however many samples there are. */
export function SampleGrid({ datasetId, versionId }: { datasetId: string; versionId: string }) {
  const address = useAddress();
  const pages = usePages(
    VersionSamplesDocument,
    { id: versionId, first: PAGE, filter: readFilter(address) },
    (data) => data.datasetVersion?.samples,
  );
  return (
    <Stack gap="xs">
      <SampleFilters versionId={versionId} />
      <Text size="sm" c="dimmed" role="status">
        {pages.totalCount !== null && `${count(pages.totalCount)} samples`}
        {pages.isLoading && <Loader size={12} ml="xs" aria-label="Loading" />}
      </Text>
      {pages.error !== null && <ProblemNote error={pages.error} retry={pages.reload} />}
      {pages.nodes.length === 0 && !pages.isLoading && pages.error === null && (
        <EmptyNote>No sample fits the filter.</EmptyNote>
      )}
      <Grid datasetId={datasetId} samples={pages.nodes} loadMore={pages.loadMore} />
    </Stack>
  );
}

function Grid({
  datasetId,
  samples,
  loadMore,
}: {
  datasetId: string;
  samples: readonly Sample[];
  loadMore: () => void;
}) {
  const scroller = useRef<HTMLElement>(null);
  const { ref, width } = useElementSize();
  const columns = Math.max(2, Math.floor((width + GAP) / (TILE + GAP)));
  const height = (width - GAP * (columns - 1)) / columns + TEXT_HEIGHT + GAP;
  const numRows = Math.ceil(samples.length / columns);
  const rows = useVirtualizer({
    count: numRows,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: MARGIN_ROWS,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useEffect(() => rows.measure(), [height]);
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= numRows - 3 * MARGIN_ROWS) loadMore();
  }, [last, numRows, loadMore]);
  return (
    // A region that scrolls can be reached by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as said above
    <section ref={scroller} className={classes.scroller} tabIndex={0} aria-label="Samples, scrolls">
      <div ref={ref} style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {visible.map(({ index, start }) => (
          <div
            key={index}
            className={classes.row}
            style={{
              transform: `translateY(${start}px)`,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            }}
          >
            {samples.slice(index * columns, (index + 1) * columns).map((sample) => (
              <Tile key={sample.id} datasetId={datasetId} sample={sample} />
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

function Tile({ datasetId, sample }: { datasetId: string; sample: Sample }) {
  const labels = sample.labels?.map(({ name }) => name).join(', ');
  return (
    <Link
      to={`/datasets/${datasetId}/samples/${sample.id}`}
      className={classes.tile}
      title={sample.caption ?? undefined}
    >
      <Photo url={sample.thumbnailUrl} alt={sample.caption ?? sample.key} />
      <Anchor component="span" size="xs" truncate display="block" mt={4}>
        {labels === undefined ? 'labels unknown' : labels || 'no label'}
      </Anchor>
      <Text size="xs" c="dimmed" truncate>
        {words(sample.split)} · {sample.key}
      </Text>
    </Link>
  );
}
