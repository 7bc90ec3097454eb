import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { fillRunConfig, type RunConfig } from '../ml/train/run-config.js';
import { canonicalJson } from './run-manifest.js';

/** The axes of an experiment, and which part of a run's configuration the values of each are. */
export const AXES = { heads: 'head', fusions: 'fusion', losses: 'loss' } as const;
export type AxisName = keyof typeof AXES;
export const AXIS_NAMES = Object.keys(AXES) as AxisName[];

/** The values of every axis, all different, every default filled in. */
export type Axes = { readonly [A in AxisName]: readonly RunConfig[(typeof AXES)[A]][] };

/** As a client gives them: each value as `fillRunConfig` takes it. */
export type AxesInput = { readonly [A in AxisName]?: readonly unknown[] | null | undefined };

/** More runs than this an experiment must not have. */
export const MAX_RUNS = 1000;

/** The configuration of every cell, the losses counting fastest. */
export function cellsOf(base: RunConfig, axes: Axes): RunConfig[] {
  return axes.heads.flatMap((head) =>
    axes.fusions.flatMap((fusion) =>
      axes.losses.map((loss) => ({ ...base, head, fusion, loss }) as RunConfig),
    ),
  );
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
  return extendAxes({ heads: [], fusions: [], losses: [] }, base, {
    heads: given.heads ?? [base.head],
    fusions: given.fusions ?? [base.fusion],
    losses: given.losses ?? [base.loss],
  });
}

/** @throws BAD_USER_INPUT for a value that is there already */
export function extendAxes(known: Axes, base: RunConfig, more: AxesInput): Axes {
  const extend = <A extends AxisName>(axis: A): Axes[A] => {
    const added = (more[axis] ?? []).map((value, i) => fillValue(base, axis, value, i));
    const values = [...known[axis], ...added];
    const place = new Map<string, number>();
    for (const [i, value] of values.entries()) {
      const text = canonicalJson(value);
      const before = place.get(text);
      if (before !== undefined) {
        const kind = JSON.stringify((value as { kind: string }).kind);
        throw badUserInput(
          `expected different values for \`${axis}\` but received ${kind} with the same options twice ` +
            `(values ${before + 1} and ${i + 1})`,
        );
      }
      place.set(text, i);
    }
    return values as unknown as Axes[A];
  };
  return { heads: extend('heads'), fusions: extend('fusions'), losses: extend('losses') };
}

function fillValue(base: RunConfig, axis: AxisName, value: unknown, i: number): unknown {
  try {
    return fillRunConfig({ ...base, [AXES[axis]]: value })[AXES[axis]];
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

/** Asked before anything is built, as the product grows fast. */
export function checkRunCount(lengths: Record<AxisName | 'seeds', number>): void {
  const { heads, fusions, losses, seeds } = lengths;
  const runs = heads * fusions * losses * seeds;
  if (runs <= MAX_RUNS) return;
  throw badUserInput(
    `expected at most ${MAX_RUNS} runs but received ${heads} heads × ${fusions} fusions × ${losses} losses × ` +
      `${seeds} seeds = ${runs}: leave some out, or start several experiments`,
  );
}

/** Of what an axis of a stored experiment was given; options that came later get their defaults. */
export function readAxes(stored: unknown, base: RunConfig): Axes {
  return extendAxes({ heads: [], fusions: [], losses: [] }, base, stored as AxesInput);
}
