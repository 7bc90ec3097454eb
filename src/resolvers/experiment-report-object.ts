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
  encoders: 'ENCODER',
  heads: 'HEAD',
  fusions: 'FUSION',
  losses: 'LOSS',
  optimizers: 'OPTIMIZER',
  mixups: 'MIXUP',
  batchSizes: 'BATCH_SIZE',
  epochs: 'EPOCHS',
} as const satisfies Record<AxisName | 'encoders', ExperimentAxis>;

const NO_VALUE = {
  head: null,
  fusion: null,
  loss: null,
  optimizer: null,
  mixup: null,
  batchSize: null,
  epochs: null,
  setId: null,
};

export function reportObject(
  rows: readonly ReportRow[],
  { versionId, search }: Pick<Experiment, 'versionId' | 'search'>,
): ExperimentReport {
  const { onPaired, cells, effects, numCellsCompared, ...chosen } = reportExperiment(
    rows,
    search.ranges,
  );
  const bySeed = (cell: { number: number } | null, column: 'runId' | 'scoresSha256') => {
    const seeds = new Map<number, string[]>();
    for (const row of rows) {
      const value = row[column];
      if (row.cell !== cell?.number || value === null) continue;
      seeds.set(row.seed, [...(seeds.get(row.seed) ?? []), value]);
    }
    return [...seeds.values()];
  };
  return {
    onPaired,
    cells: cells as unknown as CellReport[],
    effects: effects.map(({ axis, value, ...effect }) => ({
      ...effect,
      axis: AXIS[axis],
      ...NO_VALUE,
      [axis === 'encoders' ? 'setId' : AXES[axis]]: value,
    })),
    ...(chosen as unknown as Record<keyof typeof chosen, CellReport | null>),
    numCellsCompared,
    versionId,
    fusedScores: bySeed(chosen.bestFused, 'scoresSha256'),
    singleScores: bySeed(chosen.bestSingle, 'scoresSha256'),
    bestRuns: {
      imageOnly: bySeed(chosen.bestImageOnly, 'runId'),
      textOnly: bySeed(chosen.bestTextOnly, 'runId'),
      fused: bySeed(chosen.bestFused, 'runId'),
    },
  };
}
