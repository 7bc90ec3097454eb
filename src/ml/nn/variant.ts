import { badInput, type Options, type OptionValues, readOption } from './options.js';

/** Anything chosen by its kind, with options of its own: a head, a fusion, a loss, an optimizer. */
export interface Variant {
  readonly options: Options;
  /** Throws BAD_USER_INPUT for options that do not go together; `name` is that of the variant. */
  check?(options: OptionValues<Options>, name: string): void;
}
export type VariantTable = Readonly<Record<string, Variant>>;

/** `{ kind, …options }` with every option filled in, for each line of the table. */
export type ConfigOf<T extends VariantTable> = {
  readonly [K in keyof T & string]: { readonly kind: K } & OptionValues<T[K]['options']>;
}[keyof T & string];

/**
 * Reads a choice from `table`, filling defaults. Null counts as left out, because clients send back what they were given.
 * An option that the kind does not have is an error, so that none is silently without effect.
 */
export function fillVariant<T extends VariantTable>(
  name: string,
  table: T,
  given: unknown,
  defaultKind: keyof T & string,
): ConfigOf<T> {
  if (
    given !== undefined &&
    given !== null &&
    (typeof given !== 'object' || Array.isArray(given))
  ) {
    throw badInput('an object', name, given);
  }
  const { kind = defaultKind, ...rest } = (given ?? {}) as Record<string, unknown>;
  if (typeof kind !== 'string' || !Object.hasOwn(table, kind)) {
    throw badInput(`one of ${Object.keys(table).join(', ')}`, `${name}.kind`, kind);
  }
  const { options, check } = table[kind]!;
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined || value === null || Object.hasOwn(options, key)) continue;
    throw badInput(`no such option with kind ${kind}`, `${name}.${key}`, value);
  }
  const filled = Object.entries(options).map(([key, option]) => {
    return [key, readOption(option, rest[key], `${name}.${key}`)];
  });
  const values = Object.fromEntries(filled);
  check?.(values, name);
  return { kind, ...values } as ConfigOf<T>;
}
