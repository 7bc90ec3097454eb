import type { EChartsOption } from 'echarts';
import { useMemo } from 'react';
import { Chart } from '../../parts/chart.tsx';
import type { LineLook } from '../../parts/run-colour.ts';
import { settingRows } from './rows.ts';
import type { ComparedRun } from './use-compared.ts';

/** More axes cannot be told apart. */
const MOST_AXES = 8;

/** A line for each run through the settings in which the runs differ, to its mAP. Dragging along an axis brushes. */
export function ParallelAxes({
  runs,
  looks,
}: {
  runs: readonly ComparedRun[];
  looks: ReadonlyMap<string, LineLook>;
}) {
  const option = useMemo(() => parallelOption(runs, looks), [runs, looks]);
  return (
    <Chart
      title="Settings that differ, and mAP on validation"
      description="A line for each run through the settings in which they differ; the same stands in the first table"
      option={option}
      height={320}
    />
  );
}

function parallelOption(
  runs: readonly ComparedRun[],
  looks: ReadonlyMap<string, LineLook>,
): EChartsOption {
  // An option that only some kinds have says no more than the kind does.
  const rows = settingRows(runs, true)
    .filter(({ cells }) => !cells.includes('–'))
    .slice(0, MOST_AXES);
  const axes = rows.map(({ name, cells }, dim) => {
    const areNumbers = cells.every((cell) => cell !== '' && Number.isFinite(Number(cell)));
    return areNumbers
      ? { dim, name, scale: true }
      : { dim, name, type: 'category' as const, data: [...new Set(cells)] };
  });
  return {
    parallel: { left: 40, right: 60, top: 36, bottom: 24 },
    parallelAxis: [...axes, { dim: rows.length, name: 'mAP', scale: true }],
    series: runs.map((run, at) => ({
      type: 'parallel' as const,
      name: run.name,
      lineStyle: {
        width: 2.5,
        opacity: 0.9,
        color: looks.get(run.id)?.colour,
        type: looks.get(run.id)?.dash,
      },
      data: [
        [
          ...rows.map(({ cells }, dim) =>
            axes[dim]?.type === 'category' ? cells[at]! : Number(cells[at]),
          ),
          run.best?.meanAveragePrecision ?? Number.NaN,
        ],
      ],
    })),
  };
}
