import { useQuery } from '@apollo/client/react';
import { Group, Stack, Table, Text, Title } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { Chart } from '../../parts/chart.tsx';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { flatConfig } from '../../parts/flat-config.ts';
import { metric } from '../../parts/format.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { Effects } from './effects.tsx';
import { encoderOfSet } from './encoder-of-set.ts';
import { ExperimentReportDocument, type ExperimentReportQuery } from './experiment.generated.ts';
import { matrixOf, matrixOption } from './matrix-option.ts';

type FullReport = NonNullable<ExperimentReportQuery['experiment']>['report'];
export type CellReport = FullReport['cells'][number];
export type Effect = FullReport['effects'][number];

/** The cells from best to worst, a map of head × fusion, and what each axis does. */
export function Report({ id, numEnded }: { id: string; numEnded: number }) {
  const answer = useQuery(ExperimentReportDocument, { variables: { id } });
  const { refetch } = answer;
  useEffect(() => {
    if (numEnded > 0) void refetch();
  }, [numEnded, refetch]);
  return (
    <QueryView answer={answer}>
      {({ experiment }) =>
        !experiment || experiment.report.cells.length === 0 ? (
          <EmptyNote>No cell has a run that has succeeded yet.</EmptyNote>
        ) : (
          <Content report={experiment.report} />
        )
      }
    </QueryView>
  );
}

const figure = (value: CellReport['microF1']) =>
  value === null
    ? '–'
    : `${metric(value.mean)}${value.deviation === null ? '' : ` ± ${metric(value.deviation)}`}`;

function Content({ report }: { report: FullReport }) {
  const { cells } = report;
  const settings = useMemo(() => differing(cells), [cells]);
  const matrix = useMemo(() => matrixOf(cells), [cells]);
  const option = useMemo(() => matrixOption(matrix), [matrix]);
  const head = ['Cell', ...settings.names, 'mAP', 'Micro-F1', 'Macro-F1', 'Seeds'];
  const row = (cell: CellReport) => [
    String(cell.number),
    ...settings.names.map((name) => settings.of.get(cell.number)?.get(name) ?? '–'),
    figure(cell.meanAveragePrecision),
    figure(cell.microF1),
    figure(cell.macroF1),
    `${cell.numSeeds}${cell.complete ? '' : ', not all'}`,
  ];
  return (
    <Stack gap="lg">
      {matrix.heads.length > 1 && matrix.fusions.length > 1 && (
        <Chart
          title="mAP on validation, head × fusion"
          description={`Heat map of ${matrix.heads.length} heads and ${matrix.fusions.length} fusions, the mean over the other axes; the table below has the figures`}
          option={option}
          height={130 + matrix.heads.length * 44}
        />
      )}
      <Effects effects={report.effects} />
      <section>
        <Group justify="space-between" mb="xs">
          <Title order={2} size="h4">
            Cells
          </Title>
          <CopyMenu table={() => ({ head, rows: cells.map(row) })} />
        </Group>
        <Text size="sm" c="dimmed" mb="xs">
          On validation, mean and deviation over seeds and folds; the best of{' '}
          {report.numCellsCompared} cells, so that some of its lead is luck.
          {report.onPaired && ' On the samples that have both photo and caption.'}
        </Text>
        <Table.ScrollContainer minWidth={640} maxHeight={560}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                {head.map((name) => (
                  <Table.Th key={name}>{name}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {cells.map((cell) => (
                <Table.Tr key={cell.number}>
                  {row(cell).map((text, at) => (
                    <Table.Td key={head[at]}>{text}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </section>
    </Stack>
  );
}

/** The settings in which cells differ, as far as every cell has them. */
function differing(cells: readonly CellReport[]) {
  const of = new Map(
    cells.map(({ number, embeddingSet, config }) => [
      number,
      new Map([['encoder', encoderOfSet(embeddingSet)], ...flatConfig(config)]),
    ]),
  );
  const names = [...(of.get(cells[0]?.number ?? -1)?.keys() ?? [])].filter((name) => {
    const values = new Set([...of.values()].map((each) => each.get(name)));
    return values.size > 1 && !values.has(undefined);
  });
  return { names, of };
}
