import type { ReportRow } from '../db/experiments.queries.js';
import type { CellReport, ExperimentReport } from '../schema/experiment-report.type.js';
import { reportExperiment } from '../services/experiment-report.js';

const AXIS = { heads: 'HEAD', fusions: 'FUSION', losses: 'LOSS' } as const;

export function reportObject(rows: readonly ReportRow[], versionId: string): ExperimentReport {
  const { cells, effects, best, bestFused, bestSingle, numCellsCompared } = reportExperiment(rows);
  const scoresOf = (cell: { number: number } | null) =>
    rows.flatMap((row) => (row.cell === cell?.number ? (row.scoresSha256 ?? []) : []));
  return {
    cells: cells as unknown as CellReport[],
    effects: effects.map(({ axis, value, ...effect }) => ({
      ...effect,
      axis: AXIS[axis],
      head: null,
      fusion: null,
      loss: null,
      [AXIS[axis].toLowerCase()]: value,
    })),
    best: best as unknown as CellReport | null,
    bestFused: bestFused as unknown as CellReport | null,
    bestSingle: bestSingle as unknown as CellReport | null,
    numCellsCompared,
    versionId,
    fusedScores: scoresOf(bestFused),
    singleScores: scoresOf(bestSingle),
  };
}
