import { ClipwrightError } from './errors/clipwright-error.js';

/** Turns the text of one setting into its value, or says what was expected. */
export type Parse<Value> = (text: string) => Value | Expected;

export class Expected {
  constructor(readonly what: string) {}
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one setting; undefined where the environment does not have it. */
export function setting<Value>(
  env: Environment,
  name: string,
  parse: Parse<Value>,
): Value | undefined {
  const text = env[name]?.trim();
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value instanceof Expected) throw settingError(name, value.what, text);
  return value;
}

function settingError(name: string, expected: string, received: string): ClipwrightError {
  let shown = isSecret(name) ? `${received.length} characters` : `\`${received}\``;
  if (received === '') shown = 'nothing: leave it out for its default';
  return new ClipwrightError(
    'INVALID_SETTING',
    `expected ${expected} for \`${name}\` but received ${shown}`,
  );
}

/** Values that must not appear in a message, which ends in a log. */
function isSecret(name: string): boolean {
  return name === 'CLIPWRIGHT_TOKEN' || name === 'HF_TOKEN' || name === 'DATABASE_URL';
}

export function integer(minimum: number, maximum: number): Parse<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    return new Expected(`a whole number from ${minimum} to ${maximum}`);
  };
}

const UNITS: Record<string, number> = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

export function bytes(minimum: number, maximum: number): Parse<number> {
  return (text) => {
    const [, digits, unit = ''] = /^(\d{1,15}) ?(KiB|MiB|GiB)?$/.exec(text) ?? [];
    const value = digits === undefined ? Number.NaN : Number(digits) * UNITS[unit]!;
    if (value >= minimum && value <= maximum) return value;
    return new Expected(
      `a number of bytes such as 65536, 64KiB or 20MiB, from ${minimum} to ${maximum}`,
    );
  };
}

export function oneOf<const Value extends string>(...values: Value[]): Parse<Value> {
  return (text) =>
    values.find((value) => value === text) ??
    new Expected(`one of ${values.map((value) => `\`${value}\``).join(', ')}`);
}
