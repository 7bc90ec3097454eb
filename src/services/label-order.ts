const NUMBER = /^-?\d+(\.\d+)?$/;

export interface LabelName {
  readonly key: string;
  readonly name: string;
}

/** The order of labels at the first import: numbers by value, before all other keys by code point. */
export function compareLabelKeys(a: string, b: string): number {
  const aIsNumber = NUMBER.test(a);
  if (aIsNumber !== NUMBER.test(b)) return aIsNumber ? -1 : 1;
  if (aIsNumber && Number(a) !== Number(b)) return Number(a) - Number(b);
  return compareCodePoints(a, b);
}

/** The order of UTF-8 bytes and of PostgreSQL's collation "C"; JavaScript's `<` orders by UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * The labels of a version: those of the version before keep their places, new keys follow in order. A name that the
 * import gives wins over the one before; a label without any is called by its key.
 */
export function mergeLabels(
  before: readonly LabelName[],
  keys: ReadonlySet<string>,
  names: ReadonlyMap<string, string>,
): LabelName[] {
  const known = new Set(before.map((label) => label.key));
  const added = [...keys].filter((key) => !known.has(key)).sort(compareLabelKeys);
  return [
    ...before.map(({ key, name }) => ({ key, name: names.get(key) ?? name })),
    ...added.map((key) => ({ key, name: names.get(key) ?? key })),
  ];
}
