import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ClipwrightError } from '../../src/errors/clipwright-error.js';
import { ERRORS } from '../../src/errors/registry.js';

const SRC = path.resolve(import.meta.dirname, '../../src');
const CODE =
  /(?:sendErrors\(\s*reply,\s*\d+,\s*|new (?:ClipwrightError|PermanentError)\(\s*|super\(\s*|(?:code|extensions): ?(?:\{ code: )?)'([A-Z][A-Z_]+)'/g;

/** The codes that the sources give, by the first file that does. */
function codesInUse(): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(SRC, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!name.endsWith('.ts') || name.includes('generated') || name.endsWith('registry.ts'))
      continue;
    const text = readFileSync(path.join(SRC, name), 'utf8');
    for (const [, code] of text.matchAll(CODE)) if (!found.has(code!)) found.set(code!, name);
  }
  return found;
}

describe('the registry of errors', () => {
  const used = codesInUse();

  test('has every code that the sources give', () => {
    expect([...used].filter(([code]) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });

  test('has no code that nothing gives', () => {
    expect(Object.keys(ERRORS).filter((code) => !used.has(code))).toEqual([]);
  });

  test('says of each code when it occurs, in a sentence', () => {
    for (const { when } of Object.values(ERRORS)) expect(when).toMatch(/^[A-Z].*\.$/);
  });

  test('says of an error whether to repeat, unless the error says it', () => {
    expect(new ClipwrightError('UNAVAILABLE', 'starting').retryable).toBe(true);
    expect(new ClipwrightError('IMAGE_UNDECODABLE', 'damaged').retryable).toBe(false);
    expect(new ClipwrightError('IMAGE_UNDECODABLE', 'it decoded before', true).retryable).toBe(
      true,
    );
  });
});
