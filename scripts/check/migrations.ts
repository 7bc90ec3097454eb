// Whether the committed migrations lead to what prisma/schema.prisma and prisma/by-hand.sql say: makes one database each
// way and compares the catalogues.
import { readFile } from 'node:fs/promises';
import { MIGRATIONS, migrate, readMigrations } from '../../src/db/migrate.js';
import { schemaDifference } from '../schema-engine.mjs';
import { createDatabase, execute, withTemporaryPostgres } from '../temporary-postgres.js';

const CATALOGUE = `
  select format('column %s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' end, 'default ' || pg_get_expr(d.adbin, d.adrelid), 'collate ' || l.collname)
    from pg_attribute a join pg_class c on c.oid = a.attrelid
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      left join pg_collation l on l.oid = a.attcollation
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
  union all
  select indexdef from pg_indexes where schemaname = 'public'
  union all
  select format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
  union all
  select format('enum %s %s', t.typname, string_agg(e.enumlabel, ',' order by e.enumsortorder))
    from pg_type t join pg_enum e on e.enumtypid = t.oid group by t.typname
  order by 1`;

async function catalogue(url: string): Promise<string[]> {
  const { rows } = await execute(url, CATALOGUE);
  return rows
    .map((row) => String(Object.values(row)[0]))
    .filter((line) => !line.includes('_prisma_migrations'));
}

const schema = await readFile('prisma/schema.prisma', 'utf8');
const byHand = await readFile('prisma/by-hand.sql', 'utf8');
const { migrated, described } = await withTemporaryPostgres(async (server) => {
  const first = await createDatabase(server, 'migrated');
  await migrate(first);
  const second = await createDatabase(server, 'described');
  await execute(second, await schemaDifference({ from: undefined, to: schema, url: second }));
  await execute(second, byHand);
  return { migrated: await catalogue(first), described: await catalogue(second) };
});
const missing = described.filter((line) => !migrated.includes(line));
const surplus = migrated.filter((line) => !described.includes(line));
for (const line of missing) console.error(`the migrations do not make: ${line}`);
for (const line of surplus) console.error(`only the migrations make: ${line}`);
// What the next migration begins with.
const latest = (await readMigrations(MIGRATIONS)).at(-1)!.name;
if ((await readFile(`${MIGRATIONS}/${latest}/schema.prisma`, 'utf8')) !== schema) {
  console.error(`${latest}/schema.prisma is not prisma/schema.prisma: copy it there`);
  process.exit(1);
}
if (described.length === 0 || missing.length + surplus.length > 0) process.exit(1);
const { length } = await readMigrations(MIGRATIONS);
console.log(`compared ${length} migrations with schema.prisma: ${described.length} equal entries`);
