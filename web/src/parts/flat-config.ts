import { words } from './format.ts';

/** Choices, which people read as words; what is named otherwise stays. */
const CONSTANT = /^[A-Z][A-Z0-9_]*$/;

/**
 * A configuration as lines: `fusion.kind` → 'Image only'. Options that its kinds do not have are null there, and left out.
 */
export function flatConfig(config: object, prefix = ''): Map<string, string> {
  const lines = new Map<string, string>();
  for (const [name, value] of Object.entries(config)) {
    if (value === null || value === undefined || name === '__typename') continue;
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, text] of flatConfig(value, `${prefix}${name}.`)) lines.set(key, text);
    } else {
      lines.set(`${prefix}${name}`, textOf(value));
    }
  }
  return lines;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' && CONSTANT.test(value) ? words(value) : String(value);
}
