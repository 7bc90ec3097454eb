import { Anchor, Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import { useStream } from '../../api/use-follow.ts';
import { useMay } from '../../api/viewer.ts';
import { count, dateTime, percent, words } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { ExperimentsChangedDocument, ExperimentsDocument } from './experiments.generated.ts';

const variables = { first: 50 };

/** One that is further down comes with its page. */
const isNewest = (
  { createdAt }: { createdAt: string },
  [first]: readonly { createdAt: string }[],
): boolean => first === undefined || createdAt >= first.createdAt;

export function Component() {
  const mayStart = useMay('EDITOR');
  const pages = usePages(ExperimentsDocument, variables, (data) => data.experiments);
  const { change, reload } = pages;
  useStream(ExperimentsChangedDocument, {
    onData: ({ experimentsChanged: experiment }) =>
      change((nodes) =>
        nodes.some(({ id }) => id === experiment.id)
          ? nodes.map((row) => (row.id === experiment.id ? experiment : row))
          : isNewest(experiment, nodes)
            ? [experiment, ...nodes]
            : nodes,
      ),
    onResume: reload,
  });
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
        query={{ document: ExperimentsDocument, variables }}
        columns={[
          {
            name: 'Experiment',
            text: ({ name }) => name,
            show: ({ id, name }) => (
              <Anchor component={Link} to={`/experiments/${id}`} size="sm">
                {name}
              </Anchor>
            ),
          },
          {
            name: 'Status',
            text: ({ status }) => words(status),
            show: ({ status, progress }) => (
              <Group gap="xs" wrap="nowrap">
                <StatusBadge status={status} />
                {status === 'RUNNING' && percent(progress)}
              </Group>
            ),
          },
          { name: 'Search', text: ({ search }) => words(search.kind) },
          {
            name: 'Dataset',
            text: ({ dataset, datasetVersion }) => `${dataset.name} v${datasetVersion.number}`,
          },
          { name: 'Cells', isNumber: true, text: ({ numCells }) => count(numCells) },
          {
            name: 'Runs',
            isNumber: true,
            text: ({ numSucceeded, numRuns }) => `${count(numSucceeded)} of ${count(numRuns)}`,
          },
          { name: 'Failed', isNumber: true, text: ({ numFailed }) => count(numFailed) },
          { name: 'Created', text: ({ createdAt }) => dateTime(createdAt) },
        ]}
        empty={
          <>
            No experiment yet. An experiment trains every combination of the heads, fusions, losses
            and so on that you name, on several seeds, and says which of them help.
          </>
        }
      />
    </>
  );
}
