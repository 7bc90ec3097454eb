import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { fillSettings, type RunConfig, readSettings } from '../ml/train/run-config.js';
import type { Repeated } from './experiment-folds.js';
import { canonicalJson } from './run-manifest.js';

/** The axes of an experiment, and which part of a run's configuration the values of each are. */
export const AXES = {
  heads: 'head',
  fusions: 'fusion',
  losses: 'loss',
  optimizers: 'optimizer',
  mixups: 'mixup',
  batchSizes: 'batchSize',
  epochs: 'epochs',
} as const;
export type AxisName = keyof typeof AXES;
export const AXIS_NAMES = Object.keys(AXES) as AxisName[];

/** The values of every axis, all different, every default filled in. */
export type Axes = { readonly [A in AxisName]: readonly RunConfig[(typeof AXES)[A]][] };

/** As a client gives them: each value as `fillSettings` takes it. */
export type AxesInput = { readonly [A in AxisName]?: readonly unknown[] | null | undefined };

/** More runs than this an experiment must not have. */
export const MAX_RUNS = 1000;

/** Every combination of the values, the last axis counting fastest. */
export function combine(base: RunConfig, axes: Axes): RunConfig[] {
  let cells: RunConfig[] = [base];
  for (const axis of AXIS_NAMES) {
    cells = cells.flatMap((cell) => axes[axis].map((value) => ({ ...cell, [AXES[axis]]: value })));
  }
  return cells;
}

/** What all cells are made of, with the first value of every axis. */
export function firstOf(base: RunConfig, axes: Axes): RunConfig {
  const first = AXIS_NAMES.map((axis) => [AXES[axis], axes[axis][0]]);
  return { ...base, ...Object.fromEntries(first) };
}

/** An axis that is left out has one value, the base's. @throws BAD_USER_INPUT for equal values and for none */
export function fillAxes(
  given: AxesInput,
  base: RunConfig,
  baseGiven: Readonly<Record<string, unknown>>,
): Axes {
  for (const axis of AXIS_NAMES) {
    if (given[axis] != null && baseGiven[AXES[axis]] != null) {
      throw badUserInput(
        `expected one of \`${axis}\` and \`config.${AXES[axis]}\` but received both`,
      );
    }
    if (given[axis]?.length === 0) {
      throw badUserInput(`expected at least one value for \`${axis}\` but received none`);
    }
  }
  return axesOf((axis) => fillAxis(axis, [], given[axis] ?? [base[AXES[axis]]], fillSettings));
}

/** @throws BAD_USER_INPUT for a value that is there already */
export function extendAxes(known: Axes, more: AxesInput): Axes {
  return axesOf((axis) => fillAxis(axis, known[axis], more[axis] ?? [], fillSettings));
}

/** Of what the axes of a stored experiment were given; options and axes that came later have their defaults. */
export function readAxes(stored: unknown, base: RunConfig): Axes {
  const values = stored as AxesInput;
  return axesOf((axis) => fillAxis(axis, [], values[axis] ?? [base[AXES[axis]]], readSettings));
}

function axesOf(valuesOf: (axis: AxisName) => readonly unknown[]): Axes {
  return Object.fromEntries(AXIS_NAMES.map((axis) => [axis, valuesOf(axis)])) as unknown as Axes;
}

/** `known`, and `more` behind it. @throws BAD_USER_INPUT for one that is there already */
function fillAxis(
  axis: AxisName,
  known: readonly unknown[],
  more: readonly unknown[],
  settings: typeof fillSettings,
): readonly unknown[] {
  const values = [...known, ...more.map((value, i) => fillValue(axis, value, i, settings))];
  const place = new Map<string, number>();
  for (const [i, value] of values.entries()) {
    const text = canonicalJson(value);
    const before = place.get(text);
    if (before !== undefined) {
      throw badUserInput(
        `expected different values for \`${axis}\` but received ${inShort(value)} twice ` +
          `(values ${before + 1} and ${i + 1})`,
      );
    }
    place.set(text, i);
  }
  return values;
}

function inShort(value: unknown): string {
  if (typeof value === 'number') return `${value}`;
  return `${JSON.stringify((value as { kind: string }).kind)} with the same options`;
}

function fillValue(
  axis: AxisName,
  value: unknown,
  i: number,
  settings: typeof fillSettings,
): unknown {
  try {
    return settings({ [AXES[axis]]: value })[AXES[axis]];
  } catch (error) {
    if (!(error instanceof ClipwrightError)) throw error;
    throw badUserInput(`\`${axis}[${i}]\`: ${error.message}`);
  }
}

/** @throws BAD_USER_INPUT for a negative or repeated seed */
export function checkSeeds(seeds: readonly number[]): number[] {
  if (seeds.length === 0) {
    throw badUserInput('expected at least one value for `seeds` but received none');
  }
  const seen = new Set<number>();
  for (const seed of seeds) {
    if (!Number.isInteger(seed) || seed < 0) {
      throw badUserInput(`expected whole numbers from 0 for \`seeds\` but received ${seed}`);
    }
    if (seen.has(seed)) {
      throw badUserInput(`expected different \`seeds\` but received ${seed} twice`);
    }
    seen.add(seed);
  }
  return [...seeds];
}

/** An axis of more values than an experiment may have runs is of no use. */
export function checkAxisLengths(given: AxesInput): void {
  for (const axis of AXIS_NAMES) {
    const length = given[axis]?.length ?? 0;
    if (length <= MAX_RUNS) continue;
    throw badUserInput(
      `expected at most ${MAX_RUNS} values for \`${axis}\` but received ${length}`,
    );
  }
}

/**
 * Asked before anything is built, as the product grows fast.
 * @param known the values that are there already
 */
export function checkRunCount(
  given: AxesInput,
  { seeds, folds, numEncoders }: Repeated & { numEncoders: number },
  known?: Axes,
): void {
  const counts: [what: string, count: number][] = AXIS_NAMES.map((axis) => {
    const more = given[axis]?.length;
    return [axis, known ? known[axis].length + (more ?? 0) : (more ?? 1)];
  });
  counts.unshift(['encoders', numEncoders]);
  counts.push(['seeds', seeds.length], ['folds', folds?.count ?? 1]);
  const runs = counts.reduce((product, [, count]) => product * count, 1);
  if (runs <= MAX_RUNS) return;
  const factors = counts
    .filter(([, count]) => count > 1)
    .map(([what, count]) => `${count} ${what}`);
  throw badUserInput(
    `expected at most ${MAX_RUNS} runs but received ${factors.join(' × ')} = ${runs}: leave some out, or start ` +
      'several experiments',
  );
}
