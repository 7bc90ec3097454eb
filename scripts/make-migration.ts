// npm run … : node scripts/run.mjs migration <name>
//
// Writes the SQL that leads from the schema of the latest migration, of which each keeps a copy, to today's
// prisma/schema.prisma. Hand-written additions go below it, and into prisma/by-hand.sql, with which the check compares.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MIGRATIONS, readMigrations } from '../src/db/migrate.js';
import { schemaDifference } from './schema-engine.mjs';
import { withTemporaryPostgres } from './temporary-postgres.js';

const name = process.argv[2] ?? '';
if (!/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error('expected a name such as add_captions for the migration');
  process.exit(2);
}
const to = await readFile('prisma/schema.prisma', 'utf8');
const latest = (await readMigrations(MIGRATIONS)).at(-1);
const before = latest && join(MIGRATIONS, latest.name, 'schema.prisma');
const from = before && existsSync(before) ? await readFile(before, 'utf8') : undefined;
const sql = await withTemporaryPostgres((url) => schemaDifference({ from, to, url }));
const time = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
const folder = join(MIGRATIONS, `${time}_${name}`);
await mkdir(folder);
await writeFile(join(folder, 'migration.sql'), sql);
await writeFile(join(folder, 'schema.prisma'), to);
console.log(`wrote ${folder}`);
