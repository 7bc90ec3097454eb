import { Stack, Title } from '@mantine/core';
import { useMemo } from 'react';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { Later } from '../../parts/later.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { runLooks } from '../../parts/run-colour.ts';
import { distinctNames } from '../../parts/run-names.ts';
import { SavedViews } from '../../parts/saved-views.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { ChosenRuns } from './chosen-runs.tsx';
import { DifferenceTable } from './difference-table.tsx';
import { HeadFusionMap } from './head-fusion-map.tsx';
import { OverlaidCurves } from './overlaid-curves.tsx';
import { PairComparison } from './pair-comparison.tsx';
import { ParallelAxes } from './parallel-axes.tsx';
import { useCompared } from './use-compared.ts';

export function Component() {
  const address = useAddress();
  const ids = address.list('runs');
  const { runs: found, isLoading, error } = useCompared(ids);
  const runs = useMemo(() => distinctNames(found), [found]);
  const looks = useMemo(() => runLooks(runs.map(({ id }) => id)), [runs]);
  const base = runs.find(({ id }) => id === address.get('base')) ?? runs[0];
  return (
    <>
      <PageTitle side={<SavedViews page="COMPARE" />}>Compare runs</PageTitle>
      <Stack gap="lg">
        <ChosenRuns runs={runs} looks={looks} base={base} />
        {error !== null && <ProblemNote error={error} />}
        {ids.length === 0 && (
          <EmptyNote>
            Add runs here, or choose them on the page Runs and press Compare. The first one is what
            the others are compared with, until another is made the baseline.
          </EmptyNote>
        )}
        {base && (
          <>
            <DifferenceTable runs={runs} base={base} />
            <section>
              <Title order={2} size="h4" mb="xs">
                Curves
              </Title>
              <OverlaidCurves runs={runs} looks={looks} />
            </section>
            <Later>
              <HeadFusionMap runs={runs} />
              {runs.length > 2 && (
                <ParallelAxes key={runs.map(({ id }) => id).join()} runs={runs} looks={looks} />
              )}
              {runs.length > 1 && <PairComparison runs={runs} base={base} />}
            </Later>
          </>
        )}
        {runs.length === 0 && isLoading && ids.length > 0 && <EmptyNote>Loading …</EmptyNote>}
      </Stack>
    </>
  );
}
