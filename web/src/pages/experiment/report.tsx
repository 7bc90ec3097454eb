import { useQuery } from '@apollo/client/react';
import { Stack, Text } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { ASKED_ANEW } from '../../api/client.ts';
import { useAskAgain } from '../../api/use-ask-again.ts';
import { Chart } from '../../parts/chart.tsx';
import type { CopiedQuery } from '../../parts/copy-menu.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { flatConfig } from '../../parts/flat-config.ts';
import { countOf, spread } from '../../parts/format.ts';
import { matrixOf, matrixOption } from '../../parts/matrix-option.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { Effects } from './effects.tsx';
import { encoderOfSet } from './encoder-of-set.ts';
import { ExperimentReportDocument, type ExperimentReportQuery } from './experiment.generated.ts';

type FullReport = NonNullable<ExperimentReportQuery['experiment']>['report'];
export type CellReport = FullReport['cells'][number];
export type Effect = FullReport['effects'][number];

/** The cells from best to worst, a map of head × fusion, and what each axis does. */
export function Report({ id, numEnded }: { id: string; numEnded: number }) {
  const query = { document: ExperimentReportDocument, variables: { id } };
  const answer = useQuery(query.document, { variables: query.variables, context: ASKED_ANEW });
  const refetch = useAskAgain(() => answer.refetch());
  useEffect(() => {
    if (numEnded > 0) refetch();
  }, [numEnded, refetch]);
  return (
    <QueryView answer={answer}>
      {({ experiment }) =>
        !experiment || experiment.report.cells.length === 0 ? (
          <EmptyNote>No cell has a run that has succeeded yet.</EmptyNote>
        ) : (
          <Content report={experiment.report} query={query} />
        )
      }
    </QueryView>
  );
}

function Content({ report, query }: { report: FullReport; query: CopiedQuery }) {
  const { cells } = report;
  const settings = useMemo(() => differing(cells), [cells]);
  const matrix = useMemo(
    () =>
      matrixOf(
        cells.flatMap(({ config, meanAveragePrecision: map }) =>
          map ? [{ config, value: map.mean }] : [],
        ),
      ),
    [cells],
  );
  const option = useMemo(() => matrixOption(matrix, 'cells'), [matrix]);
  const head = ['Cell', ...settings.names, 'mAP', 'Micro-F1', 'Macro-F1', 'Seeds'];
  const row = (cell: CellReport) => [
    String(cell.number),
    ...settings.names.map((name) => settings.of.get(cell.number)?.get(name) ?? '–'),
    spread(cell.meanAveragePrecision),
    spread(cell.microF1),
    spread(cell.macroF1),
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
      <Effects effects={report.effects} query={query} />
      <PlainTable
        title="Cells"
        note={
          <Text size="sm" c="dimmed">
            On validation, mean and deviation over seeds and folds; the best of{' '}
            {countOf(report.numCellsCompared, 'cell')}
            {report.numCellsCompared > 1 && ', so that some of its lead is luck'}.
            {report.onPaired && ' On the samples that have both photo and caption.'}
          </Text>
        }
        head={head}
        rows={cells.map(row)}
        numWords={1 + settings.names.length}
        query={query}
        maxHeight={560}
      />
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
