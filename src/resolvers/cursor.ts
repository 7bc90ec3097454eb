import type { KeyValue, OrderColumn, Slice } from '../db/keyset.js';
import { badUserInput } from '../errors/bad-user-input.js';
import type { PageArgs } from '../schema/page.args.js';

export const MAX_PAGE = 200;
export const DEFAULT_PAGE = 50;

export function pageSize(first: number | null | undefined): number {
  const size = first ?? DEFAULT_PAGE;
  if (size < 0 || size > MAX_PAGE) {
    throw badUserInput(
      `expected 0 to ${MAX_PAGE} for \`first\` but received ${size}; ask for the next page with \`after\``,
    );
  }
  return size;
}

export function checkOffset(offset: number | null | undefined): number {
  const checked = offset ?? 0;
  if (checked < 0) {
    throw badUserInput(`expected 0 or more for \`offset\` but received ${checked}`);
  }
  return checked;
}

/** A cursor names its list and order as well as the place, so that one of another list is refused, not misread. */
export function encodeCursor(list: string, key: readonly KeyValue[]): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

export function decodeCursor(
  list: string,
  kinds: readonly OrderColumn['kind'][],
  cursor: string,
): KeyValue[] {
  const [name, ...key] = parse(cursor);
  if (
    name !== list ||
    key.length !== kinds.length ||
    !kinds.every((kind, i) => fits(kind, key[i]))
  ) {
    throw badUserInput('expected for `after` a cursor that this list gave, with the same order');
  }
  return key as KeyValue[];
}

function parse(cursor: string): unknown[] {
  if (cursor.length > 4096) return [];
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

const TIME = /^\d{4,6}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}(:\d{2})?)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Only what PostgreSQL will read as the type may reach it. */
function fits(kind: OrderColumn['kind'], value: unknown): boolean {
  if (value === null) return true;
  switch (kind) {
    case 'time':
      return typeof value === 'string' && TIME.test(value) && isRealTime(value);
    case 'uuid':
      return typeof value === 'string' && UUID.test(value);
    case 'text':
      return typeof value === 'string' && !value.includes('\0');
    case 'float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'int':
      return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
  }
}

/** PostgreSQL knows neither 30 February, which `Date` takes for 1 March, nor a year 0. */
function isRealTime(text: string): boolean {
  const day = /^(\d{4})-(\d{2})-(\d{2})T/.exec(text);
  if (!day || Number.isNaN(Date.parse(text))) return false;
  const [year, month, date] = day.slice(1).map(Number) as [number, number, number];
  return year > 0 && date <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** One row more than asked for tells whether there is a next page. */
export function sliceOf(
  args: PageArgs,
  list: string,
  order: readonly OrderColumn[],
): { size: number; slice: Slice } {
  const size = pageSize(args.first);
  const kinds = order.map((column) => column.kind);
  const after = args.after ? decodeCursor(list, kinds, args.after) : null;
  return { size, slice: { first: size + 1, after } };
}
