// Writes docs/errors.md out of src/errors/registry.ts; with --check only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '../src/errors/registry.js';

const path = fileURLToPath(new URL('../docs/errors.md', import.meta.url));
const rows = Object.entries(ERRORS).map(
  ([code, { retryable, when }]) => `| \`${code}\` | ${retryable ? 'yes' : 'no'} | ${when} |`,
);
const text = `# Errors

Made from src/errors/registry.ts by \`node scripts/run.mjs emit\`. In GraphQL the code stands in \`extensions.code\`; in a
failed job or run, in \`error.code\`. Clients treat codes as open: others may be added.

| code | worth repeating unchanged | when |
|---|---|---|
${rows.join('\n')}
`;

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    console.error('docs/errors.md differs from the registry: run `node scripts/run.mjs emit`.');
    process.exit(1);
  }
  console.log(`compared ${rows.length} codes of docs/errors.md`);
} else {
  writeFileSync(path, text);
}
