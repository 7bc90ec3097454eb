import { Anchor, Button, Group, Table } from '@mantine/core';
import { Link } from 'react-router';
import { useMay } from '../../api/viewer.ts';
import { count, dateTime, percent, words } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { ExperimentsDocument } from './experiments.generated.ts';

const PAGE = 50;

export function Component() {
  const mayStart = useMay('EDITOR');
  const pages = usePages(ExperimentsDocument, { first: PAGE }, (data) => data.experiments);
  return (
    <>
      <PageTitle
        side={
          mayStart && (
            <Button component={Link} to="/experiments/new">
              New experiment
            </Button>
          )
        }
      >
        Experiments
      </PageTitle>
      <PagedTable
        pages={pages}
        minWidth={760}
        columns={[
          'Experiment',
          'Status',
          'Search',
          'Dataset',
          { number: 'Cells' },
          { number: 'Runs' },
          { number: 'Failed' },
          'Created',
        ]}
        empty={
          <>
            No experiment yet. An experiment trains every combination of the heads, fusions, losses
            and so on that you name, on several seeds, and says which of them help.
          </>
        }
        row={(experiment) => (
          <Table.Tr key={experiment.id}>
            <Table.Td>
              <Anchor component={Link} to={`/experiments/${experiment.id}`} size="sm">
                {experiment.name}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <Group gap="xs" wrap="nowrap">
                <StatusBadge status={experiment.status} />
                {experiment.status === 'RUNNING' && percent(experiment.progress)}
              </Group>
            </Table.Td>
            <Table.Td>{words(experiment.search.kind)}</Table.Td>
            <Table.Td>
              {experiment.dataset.name} v{experiment.datasetVersion.number}
            </Table.Td>
            <Table.Td ta="right">{count(experiment.numCells)}</Table.Td>
            <Table.Td ta="right">
              {count(experiment.numSucceeded)} of {count(experiment.numRuns)}
            </Table.Td>
            <Table.Td ta="right">{count(experiment.numFailed)}</Table.Td>
            <Table.Td>{dateTime(experiment.createdAt)}</Table.Td>
          </Table.Tr>
        )}
      />
    </>
  );
}
