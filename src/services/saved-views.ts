import type { Database } from '../db/database.js';
import {
  countSavedViews,
  deleteSavedView,
  lockViewsOf,
  putSavedView,
} from '../db/saved-views.queries.js';
import type { Sql } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { parseId } from './parse-id.js';

/** Of one owner, on all pages. */
export const MAX_SAVED_VIEWS = 100;
/** Characters. */
export const MAX_VIEW_NAME = 100;
export const MAX_VIEW_QUERY = 4000;

/** What `URLSearchParams` writes: no path, no host and no fragment can be in it. */
const QUERY = /^[\w*\-.+%&=]*$/;
/** A name stands in other people's menus: nothing in it may hide, break the line or turn the text round. Two joiners are part of scripts. */
const UNSHOWN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Surrogate}\p{Zl}\p{Zp}]/u;
const SHOWN = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Who saves a view. */
export interface ViewOwner {
  owner: string;
  mayShare: boolean;
}

/**
 * Keeps what a page is set to; a view of the same name is replaced.
 * @param input `shared`: left out, it is what it was, at first false; of one who may not share, false
 * @returns its id
 * @throws BAD_USER_INPUT, FORBIDDEN to share, CONFLICT beyond the bound
 */
export async function saveView(
  deps: { db: Database },
  { owner, mayShare }: ViewOwner,
  input: { page: string; name: string; query: string; shared?: boolean | null },
): Promise<string> {
  const name = input.name.trim();
  if (name.length === 0 || name.length > MAX_VIEW_NAME || UNSHOWN.test(name) || !SHOWN.test(name)) {
    throw badUserInput(`expected 1 to ${MAX_VIEW_NAME} printed characters for \`name\``);
  }
  if (input.query.length > MAX_VIEW_QUERY || !QUERY.test(input.query)) {
    throw badUserInput(
      `expected the query of an address, URL-encoded and of at most ${MAX_VIEW_QUERY} characters, for \`query\``,
    );
  }
  if (input.shared && !mayShare) {
    throw new ClipwrightError('FORBIDDEN', 'A view is shared by an EDITOR or an ADMIN.');
  }
  const { page, query } = input;
  return deps.db.transaction(async (tx) => {
    await lockViewsOf(tx, owner);
    if ((await countSavedViews(tx, owner, { page, name })) >= MAX_SAVED_VIEWS) {
      throw new ClipwrightError(
        'CONFLICT',
        `There are ${MAX_SAVED_VIEWS} views already, which is the most: delete one first.`,
      );
    }
    const shared = mayShare ? (input.shared ?? null) : false;
    return putSavedView(tx, { owner, page, name, query, shared });
  });
}

/** @throws NOT_FOUND also where it is somebody else's: only an administrator deletes those, and only what is shared */
export async function deleteView(
  deps: { db: Sql },
  { owner, isAdmin }: { owner: string; isAdmin: boolean },
  id: string,
): Promise<void> {
  const deleted = await deleteSavedView(deps.db, {
    id: parseId(id, 'view of yours'),
    owner,
    anyShared: isAdmin,
  });
  if (!deleted) throw new ClipwrightError('NOT_FOUND', 'There is no view of yours with this id.');
}
