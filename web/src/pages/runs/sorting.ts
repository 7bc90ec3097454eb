import { COLUMNS } from './columns.tsx';

/** Of the address: `-map,name` sorts by mAP from high to low, then by name. */
export interface SortKey {
  column: string;
  isDescending: boolean;
}

export function readSorting(keys: readonly string[]): SortKey[] {
  return keys
    .map((key) => ({ column: key.replace(/^-/, ''), isDescending: key.startsWith('-') }))
    .filter(({ column }) => COLUMNS.some((each) => each.key === column && each.order));
}

export function writeSorting(keys: readonly SortKey[]): string[] {
  return keys.map(({ column, isDescending }) => `${isDescending ? '-' : ''}${column}`);
}

/**
 * What a click on a column's name makes of the order: first this way, then that way, then none.
 * @param isMore the others stay, as with Shift
 */
export function nextSorting(
  keys: readonly SortKey[],
  column: string,
  isNumber: boolean,
  isMore: boolean,
): SortKey[] {
  const before = keys.find((key) => key.column === column);
  // Of figures the highest are wanted first.
  const first = { column, isDescending: isNumber };
  const next = before?.isDescending === isNumber ? [{ column, isDescending: !isNumber }] : [];
  if (!before) return isMore ? [...keys, first] : [first];
  return isMore ? keys.flatMap((key) => (key === before ? next : [key])) : next;
}

export function orderBy(keys: readonly SortKey[]) {
  return keys.map(({ column, isDescending }) => ({
    by: COLUMNS.find((each) => each.key === column)!.order!,
    direction: isDescending ? ('DESC' as const) : ('ASC' as const),
  }));
}
