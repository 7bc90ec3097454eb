import { ClipwrightError } from '../errors/clipwright-error.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a client's string can be an id of ours at all; only such strings reach a query. */
export function isId(id: string): boolean {
  return UUID.test(id);
}

/** @throws NOT_FOUND for a string that cannot be an id */
export function parseId(id: string, kind: string): string {
  if (!isId(id)) throw new ClipwrightError('NOT_FOUND', `There is no ${kind} with this id.`);
  return id.toLowerCase();
}
