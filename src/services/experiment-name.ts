import { AXES, AXIS_NAMES, type Axes, type AxisName } from './experiment-axes.js';

/** More values of an axis are counted. */
const MOST_NAMED = 3;

/** What a run is called for, where nothing varies. */
const OF_RUNS = ['heads', 'fusions', 'losses'] as const;

/** What varies, in the words of `defaultRunName`: 'linear/mlp × 5 fusions × batchSize 32/64'. */
export function defaultExperimentName(axes: Axes, numEncoders: number): string {
  const varied = AXIS_NAMES.filter((axis) => axes[axis].length > 1);
  const encoders = numEncoders > 1 ? [`${numEncoders} encoders`] : [];
  const named = varied.length + encoders.length > 0 ? varied : OF_RUNS;
  return [...encoders, ...named.map((axis) => valuesOf(axis, axes[axis]))]
    .join(' × ')
    .slice(0, 200);
}

function valuesOf(axis: AxisName, values: readonly (number | { readonly kind: string })[]): string {
  const names = values.map((value) =>
    typeof value === 'number' ? String(value) : value.kind.toLowerCase(),
  );
  // Of one kind with several options the kinds say nothing.
  if (names.length > MOST_NAMED || new Set(names).size < names.length) {
    return `${names.length} ${axis}`;
  }
  return typeof values[0] === 'number' ? `${AXES[axis]} ${names.join('/')}` : names.join('/');
}
