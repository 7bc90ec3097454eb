import type { Database } from '../db/database.js';
import { deleteAlias, lockModel, upsertAlias } from '../db/registry.queries.js';
import type { Tx } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { checkModelName } from './model-name.js';

/** Points an alias at a version, moving it where it already stood. `latest` is no alias: references resolve it alone. */
export async function setAlias(
  deps: { db: Database },
  input: { model: string; alias: string; version: number },
): Promise<string> {
  const alias = checkModelName(input.alias, 'alias');
  if (alias === 'latest') {
    throw badUserInput(
      'expected another name than `latest` for `alias`: it always means the newest version',
    );
  }
  return deps.db.transaction(async (tx) => {
    const modelId = await requireModel(tx, input.model);
    if (!(await upsertAlias(tx, modelId, alias, input.version))) {
      throw new ClipwrightError(
        'NOT_FOUND',
        `Model ${input.model} has no version ${input.version}.`,
      );
    }
    return modelId;
  });
}

export async function removeAlias(
  deps: { db: Database },
  input: { model: string; alias: string },
): Promise<string> {
  return deps.db.transaction(async (tx) => {
    const modelId = await requireModel(tx, input.model);
    if (!(await deleteAlias(tx, modelId, input.alias))) {
      throw new ClipwrightError('NOT_FOUND', `Model ${input.model} has no alias of that name.`);
    }
    return modelId;
  });
}

async function requireModel(tx: Tx, name: string): Promise<string> {
  const id = await lockModel(tx, name);
  if (id === undefined) throw new ClipwrightError('NOT_FOUND', 'There is no model of that name.');
  return id;
}
