import { modelVersionId } from '../db/models.queries.js';
import { runHead } from '../db/runs.queries.js';
import type { Sql } from '../db/sql.js';
import { isName } from './model-name.js';
import { isId } from './parse-id.js';

/** What a reference of one of the four forms means: "name/3", "name@alias", "name@latest", "run:<id>". */
export type ModelRef =
  | { kind: 'number'; model: string; number: number }
  | { kind: 'alias'; model: string; alias: string }
  | { kind: 'latest'; model: string }
  | { kind: 'run'; runId: string };

/** @returns null for a string of no such form, which names nothing */
export function parseModelRef(ref: string): ModelRef | null {
  if (ref.length > 200) return null;
  if (ref.startsWith('run:')) {
    const runId = ref.slice('run:'.length);
    return isId(runId) ? { kind: 'run', runId: runId.toLowerCase() } : null;
  }
  const match = /^([^/@]+)([/@])([^/@]+)$/.exec(ref);
  if (!match) return null;
  const [, model, sign, pick] = match as unknown as [string, string, string, string];
  if (!isName(model)) return null;
  if (sign === '/') {
    return /^[1-9]\d{0,8}$/.test(pick) ? { kind: 'number', model, number: Number(pick) } : null;
  }
  if (pick === 'latest') return { kind: 'latest', model };
  return isName(pick) ? { kind: 'alias', model, alias: pick } : null;
}

/** @returns the model version that a reference names; null where there is none, and for "run:<id>" */
export async function resolveModelVersion(sql: Sql, ref: string): Promise<{ id: string } | null> {
  const parsed = parseModelRef(ref);
  if (!parsed || parsed.kind === 'run') return null;
  const id = await modelVersionId(
    sql,
    parsed.model,
    parsed.kind === 'latest'
      ? 'latest'
      : parsed.kind === 'number'
        ? { number: parsed.number }
        : { alias: parsed.alias },
  );
  return id === null ? null : { id };
}

/** What `predict` may use: a registered version, or a run by itself. */
export type ResolvedModel = { kind: 'version'; versionId: string } | { kind: 'run'; runId: string };

/** @returns what a reference names; null where there is nothing of that name */
export async function resolveModelRef(sql: Sql, ref: string): Promise<ResolvedModel | null> {
  const parsed = parseModelRef(ref);
  if (!parsed) return null;
  if (parsed.kind === 'run') {
    return (await runHead(sql, parsed.runId)) === null
      ? null
      : { kind: 'run', runId: parsed.runId };
  }
  const version = await resolveModelVersion(sql, ref);
  return version && { kind: 'version', versionId: version.id };
}
