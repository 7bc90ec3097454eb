import { Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import { useMay } from '../../api/viewer.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { SavedViews } from '../../parts/saved-views.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { GroupChoice, readGroups } from './group-choice.tsx';
import { MetricChoice, readChoice } from './metric-choice.tsx';
import { RunFilters, readFilter } from './run-filters.tsx';
import { RunGroupTable } from './run-group-table.tsx';
import { RunList } from './run-list.tsx';

export function Component() {
  const address = useAddress();
  const mayEdit = useMay('EDITOR');
  const by = readGroups(address);
  const filter = readFilter(address);
  const choice = readChoice(address);
  return (
    <>
      <PageTitle
        side={
          <Group gap="xs">
            <SavedViews page="RUNS" without="runs" />
            {mayEdit && (
              <Button component={Link} to="/runs/new">
                New run
              </Button>
            )}
          </Group>
        }
      >
        Runs
      </PageTitle>
      <Group gap="xs" align="flex-end" mb="xs">
        <RunFilters address={address} />
        <MetricChoice address={address} />
        <GroupChoice address={address} />
      </Group>
      {by.length > 0 ? (
        <RunGroupTable address={address} by={by} filter={filter} choice={choice} />
      ) : (
        <RunList address={address} filter={filter} choice={choice} />
      )}
    </>
  );
}
