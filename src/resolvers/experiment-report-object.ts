import type { ReportRow } from '../db/experiments.queries.js';
import type { Experiment } from '../schema/experiment.type.js';
import type {
  CellReport,
  ExperimentAxis,
  ExperimentReport,
} from '../schema/experiment-report.type.js';
import { AXES, type AxisName } from '../services/experiment-axes.js';
import { reportExperiment } from '../services/experiment-report.js';

/** The axes' names in the API. */
const AXIS = {
  heads: 'HEAD',
  fusions: 'FUSION',
  losses: 'LOSS',
  optimizers: 'OPTIMIZER',
  mixups: 'MIXUP',
  batchSizes: 'BATCH_SIZE',
  epochs: 'EPOCHS',
} as const satisfies Record<AxisName, ExperimentAxis>;

const NO_VALUE = {
  head: null,
  fusion: null,
  loss: null,
  optimizer: null,
  mixup: null,
  batchSize: null,
  epochs: null,
};

export function reportObject(
  rows: readonly ReportRow[],
  { versionId, search }: Pick<Experiment, 'versionId' | 'search'>,
): ExperimentReport {
  const { onPaired, cells, effects, numCellsCompared, ...chosen } = reportExperiment(
    rows,
    search.ranges,
  );
  const runsOf = (cell: { number: number } | null) =>
    rows.flatMap((row) => (row.cell === cell?.number ? (row.runId ?? []) : []));
  const scoresOf = (cell: { number: number } | null) =>
    rows.flatMap((row) => (row.cell === cell?.number ? (row.scoresSha256 ?? []) : []));
  return {
    onPaired,
    cells: cells as unknown as CellReport[],
    effects: effects.map(({ axis, value, ...effect }) => ({
      ...effect,
      axis: AXIS[axis],
      ...NO_VALUE,
      [AXES[axis]]: value,
    })),
    ...(chosen as unknown as Record<keyof typeof chosen, CellReport | null>),
    numCellsCompared,
    versionId,
    fusedScores: scoresOf(chosen.bestFused),
    singleScores: scoresOf(chosen.bestSingle),
    bestRuns: {
      imageOnly: runsOf(chosen.bestImageOnly),
      textOnly: runsOf(chosen.bestTextOnly),
      fused: runsOf(chosen.bestFused),
    },
  };
}
