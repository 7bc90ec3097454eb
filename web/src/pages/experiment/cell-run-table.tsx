import { useMutation } from '@apollo/client/react';
import { Anchor, Button, Group, Stack, Table } from '@mantine/core';
import { useEffect } from 'react';
import { useMay } from '../../api/viewer.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { metric, words } from '../../parts/format.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { RunLink } from '../../parts/run-link.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { encoderOfSet } from './encoder-of-set.ts';
import { CellRunsDocument, type CellRunsQuery, RetryCellDocument } from './experiment.generated.ts';

const PAGE = 50;

type Cell = NonNullable<CellRunsQuery['experiment']>['cells']['nodes'][number];

/** Every cell with its runs; those that failed can be tried again, cell by cell. */
export function CellRunTable({ id, numEnded }: { id: string; numEnded: number }) {
  const mayEdit = useMay('EDITOR');
  const pages = usePages(CellRunsDocument, { id, first: PAGE }, (data) => data.experiment?.cells);
  const { reload } = pages;
  const [retry, { error }] = useMutation(RetryCellDocument);
  useEffect(() => {
    if (numEnded > 0) reload();
  }, [numEnded, reload]);
  return (
    <Stack>
      {error && <ProblemNote error={error} />}
      {pages.error !== null && <ProblemNote error={pages.error} retry={reload} />}
      <Group justify="flex-end">
        <CopyMenu
          table={() => ({
            head: ['Cell', 'Head', 'Fusion', 'Loss', 'Seed', 'Fold', 'Run', 'Status', 'mAP'],
            rows: pages.nodes.flatMap(({ number, config, runs }) =>
              runs.map(({ seed, fold, run }) => [
                String(number),
                ...[config.head, config.fusion, config.loss].map(({ kind }) => words(kind)),
                String(seed),
                fold === null ? '–' : String(fold + 1),
                run?.name ?? '–',
                run ? words(run.status) : 'Waits',
                metric(run?.best?.meanAveragePrecision),
              ]),
            ),
          })}
          query={{ document: CellRunsDocument, variables: { id, first: PAGE } }}
        />
      </Group>
      <Table.ScrollContainer minWidth={640}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Cell</Table.Th>
              <Table.Th>Encoder</Table.Th>
              <Table.Th>Head</Table.Th>
              <Table.Th>Fusion</Table.Th>
              <Table.Th>Loss</Table.Th>
              <Table.Th>Runs: seed, status, mAP on validation</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pages.nodes.map((cell) => (
              <CellRow
                key={cell.number}
                cell={cell}
                onRetry={
                  mayEdit
                    ? () =>
                        void retry({ variables: { id, cell: cell.number } }).then(reload, () => {})
                    : undefined
                }
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <MoreButton pages={pages} />
    </Stack>
  );
}

function CellRow({ cell, onRetry }: { cell: Cell; onRetry: (() => void) | undefined }) {
  const hasFailed = cell.runs.some(
    ({ run }) => run?.status === 'FAILED' || run?.status === 'CANCELLED',
  );
  return (
    <Table.Tr>
      <Table.Td>{cell.number}</Table.Td>
      <Table.Td>{encoderOfSet(cell.embeddingSet)}</Table.Td>
      <Table.Td>{words(cell.config.head.kind)}</Table.Td>
      <Table.Td>{words(cell.config.fusion.kind)}</Table.Td>
      <Table.Td>{words(cell.config.loss.kind)}</Table.Td>
      <Table.Td>
        <Group gap="md">
          {cell.runs.map(({ seed, fold, run }) => (
            <Group key={`${seed} ${fold}`} gap={4}>
              {run ? (
                <>
                  <Anchor component={RunLink} runId={run.id} size="sm">
                    seed {seed}
                    {fold !== null && `, fold ${fold + 1}`}
                  </Anchor>
                  {run.status === 'SUCCEEDED' ? (
                    metric(run.best?.meanAveragePrecision)
                  ) : (
                    <StatusBadge status={run.status} />
                  )}
                </>
              ) : (
                `seed ${seed}: waits`
              )}
            </Group>
          ))}
          {hasFailed && onRetry && (
            <Button size="compact-xs" variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
