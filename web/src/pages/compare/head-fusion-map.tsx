import { useMemo } from 'react';
import type { ComparedRun } from '../../api/compared-runs.ts';
import { Chart } from '../../parts/chart.tsx';
import { matrixOf, matrixOption } from '../../parts/matrix-option.ts';

/** What heads and fusions reach with each other, where the runs have several of both. */
export function HeadFusionMap({ runs }: { runs: readonly ComparedRun[] }) {
  const matrix = useMemo(
    () =>
      matrixOf(
        runs.flatMap(({ config, best }) =>
          best?.meanAveragePrecision == null ? [] : [{ config, value: best.meanAveragePrecision }],
        ),
      ),
    [runs],
  );
  const option = useMemo(() => matrixOption(matrix, 'runs'), [matrix]);
  const { heads, fusions } = matrix;
  if (heads.length < 2 || fusions.length < 2) return null;
  return (
    <Chart
      title="mAP on validation, head × fusion"
      description={`Heat map of ${heads.length} heads and ${fusions.length} fusions; the first table has the figures`}
      option={option}
      height={130 + heads.length * 44}
    />
  );
}
