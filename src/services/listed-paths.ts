import { compareCodePoints } from './label-order.js';

const MAX_SHOWN = 20;

/** What lies higher first, then by code point. */
export function byDepth(a: string, b: string): number {
  return a.split('/').length - b.split('/').length || compareCodePoints(a, b);
}

/** Candidates for a message. */
export function candidates(paths: readonly string[]): string {
  if (paths.length === 0) return 'none';
  const names = paths.slice(0, MAX_SHOWN).map(quoted).join(', ');
  return paths.length > MAX_SHOWN ? `${names} and ${paths.length - MAX_SHOWN} more` : names;
}

/** For a message; a long text is cut. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
