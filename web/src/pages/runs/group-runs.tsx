import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { MOST_COMPARED } from '../../api/compared-runs.ts';
import { metric } from '../../parts/format.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { RunLink } from '../../parts/run-link.tsx';
import { distinctNames } from '../../parts/run-names.ts';
import { usePages } from '../../parts/use-pages.ts';
import { RunsDocument, type RunsQueryVariables } from './runs.generated.ts';

const PAGE = 20;

/** The runs of a group, the best first. */
export function GroupRuns({
  filter,
  choice,
}: {
  filter: RunsQueryVariables['filter'];
  choice: RunsQueryVariables['choice'];
}) {
  const orderBy = [{ by: 'MEAN_AVERAGE_PRECISION' as const, direction: 'DESC' as const }];
  const pages = usePages(
    RunsDocument,
    { first: PAGE, filter, orderBy, choice },
    ({ runs }) => runs,
  );
  const compared = pages.nodes.slice(0, MOST_COMPARED).map(({ id }) => id);
  return (
    <Stack gap="xs" align="flex-start">
      {pages.error !== null && <ProblemNote error={pages.error} retry={pages.reload} />}
      <Group gap="md">
        {distinctNames(pages.nodes).map((run) => (
          <Text key={run.id} size="sm" className="figures">
            <Anchor component={RunLink} runId={run.id} size="sm">
              {run.name}
            </Anchor>{' '}
            seed {run.seed}, mAP {metric(run.shown?.meanAveragePrecision)}
          </Text>
        ))}
      </Group>
      <Group>
        {compared.length > 1 && (
          <Anchor component={Link} to={`/compare?runs=${compared.join(',')}`} size="sm">
            Compare {compared.length} of them
          </Anchor>
        )}
        <MoreButton pages={pages} />
      </Group>
    </Stack>
  );
}
