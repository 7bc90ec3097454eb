import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { SparseList } from '../../parts/sparse-list.ts';
import classes from './sample-grid.module.css';
import { SampleTile, type ShownSample } from './sample-tile.tsx';

const TILE = 150;
const GAP = 10;
const MARGIN_ROWS = 4;

/** As many photos as fit on the screen, and a few more, of however many samples there are. */
export function TileScroller({
  datasetId,
  samples,
  textHeight,
}: {
  datasetId: string;
  samples: SparseList<ShownSample>;
  /** Below a photo. */
  textHeight: number;
}) {
  const scroller = useRef<HTMLElement>(null);
  const { ref, width } = useElementSize();
  const columns = Math.max(2, Math.floor((width + GAP) / (TILE + GAP)));
  const height = (width - GAP * (columns - 1)) / columns + textHeight + GAP;
  const total = samples.totalCount ?? 0;
  const rows = useVirtualizer({
    count: Math.ceil(total / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: MARGIN_ROWS,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useEffect(() => rows.measure(), [height]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => rows.scrollToOffset(0), [samples]);
  const visible = rows.getVirtualItems();
  const from = (visible[0]?.index ?? 0) * columns;
  const to = ((visible.at(-1)?.index ?? 0) + 1) * columns;
  useEffect(() => samples.show(from, to), [samples, from, to]);
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
            {Array.from({ length: Math.min(columns, total - index * columns) }, (_, column) => {
              const sample = samples.at(index * columns + column);
              return sample ? (
                <SampleTile key={sample.id} datasetId={datasetId} sample={sample} />
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: it stands for nothing but its place
                <div key={column} className={classes.awaited} />
              );
            })}
          </div>
        ))}
      </div>
    </section>
  );
}
