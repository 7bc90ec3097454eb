import { badUserInput } from '../../errors/bad-user-input.js';
import { ClipwrightError } from '../../errors/clipwright-error.js';

/** How one option is read: its meaning in words, its default, and the check of a value given by a user. */
export interface Option<T> {
  readonly expected: string;
  readonly default: T;
  readonly accepts: (value: unknown) => boolean;
}

export type Options = Readonly<Record<string, Option<unknown>>>;
export type OptionValues<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

interface Range {
  readonly min: number;
  readonly max: number;
  /** Whether `min` and `max` themselves are left out. */
  readonly aboveMin?: boolean;
  readonly belowMax?: boolean;
}

function inRange(value: unknown, { min, max, aboveMin, belowMax }: Range): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  return (aboveMin ? value > min : value >= min) && (belowMax ? value < max : value <= max);
}

/** With null as `fallback` the option has no value unless it is given. */
export function number<T extends number | null>(range: Range, fallback: T): Option<number | T> {
  const from = range.aboveMin ? `above ${range.min}` : `from ${range.min}`;
  const to = range.belowMax ? `below ${range.max}` : `up to ${range.max}`;
  return {
    expected: `a number ${from} and ${to}`,
    default: fallback,
    accepts: (value) => inRange(value, range),
  };
}

/** With null as `fallback` the option has no value unless it is given. */
export function integer<T extends number | null = number>(
  min: number,
  max: number,
  fallback: T,
): Option<number | T> {
  return {
    expected: `an integer from ${min} to ${max}`,
    default: fallback,
    accepts: (value) => Number.isInteger(value) && inRange(value, { min, max }),
  };
}

export function boolean(fallback: boolean): Option<boolean> {
  return {
    expected: 'true or false',
    default: fallback,
    accepts: (value) => typeof value === 'boolean',
  };
}

export function oneOf<const T extends string>(values: readonly T[], fallback: T): Option<T> {
  return {
    expected: `one of ${values.join(', ')}`,
    default: fallback,
    accepts: (value) => values.includes(value as T),
  };
}

interface Count {
  readonly min: number;
  readonly max: number;
}

export function integers(
  count: Count,
  each: { readonly min: number; readonly max: number },
  fallback: readonly number[],
): Option<readonly number[]> {
  const one = integer(each.min, each.max, each.min);
  return listOf(count, `integers from ${each.min} to ${each.max}`, one, fallback);
}

export function numbers(
  count: Count,
  each: { readonly min: number; readonly max: number },
  fallback: readonly number[],
): Option<readonly number[]> {
  const one = number(each, each.min);
  return listOf(count, `numbers from ${each.min} to ${each.max}`, one, fallback);
}

function listOf<T>(
  { min, max }: Count,
  what: string,
  each: Option<T>,
  fallback: readonly T[],
): Option<readonly T[]> {
  return {
    expected: `${min} to ${max} ${what}`,
    default: fallback,
    accepts: (value) =>
      Array.isArray(value) &&
      value.length >= min &&
      value.length <= max &&
      value.every(each.accepts),
  };
}

export function badInput(expected: string, name: string, received: unknown): ClipwrightError {
  const shown = typeof received === 'number' ? String(received) : JSON.stringify(received);
  return badUserInput(`expected ${expected} for \`${name}\` but received ${shown ?? 'nothing'}`);
}

/** The value given, or the default where it was left out (undefined or null). Throws for a value out of range. */
export function readOption<T>(option: Option<T>, value: unknown, name: string): T {
  if (value === undefined || value === null) return option.default;
  if (!option.accepts(value)) throw badInput(option.expected, name, value);
  return value as T;
}
