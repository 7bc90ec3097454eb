import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildApiSchema } from '../resolvers/build-schema.js';

/** Writes schema.graphql; with `--check` only says whether it is up to date. */
function main(): void {
  const path = fileURLToPath(new URL('../../schema.graphql', import.meta.url));
  const emitted = emittedSchema();
  if (!process.argv.includes('--check')) {
    writeFileSync(path, emitted);
  } else if (readFileSync(path, 'utf8') !== emitted) {
    console.error('schema.graphql differs from the types: run `node scripts/run.mjs emit`.');
    process.exitCode = 1;
  } else {
    console.log(`compared ${emitted.split('\n').length} lines of schema.graphql`);
  }
}

export function emittedSchema(): string {
  const text = printSchema(lexicographicSortSchema(buildApiSchema()));
  return `# Emitted by src/schema/emit.ts: change the types there, then run it.\n\n${text}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
