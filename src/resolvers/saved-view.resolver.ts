import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { listSavedViews, type SavedViewRow, savedViewById } from '../db/saved-views.queries.js';
import { Requires } from '../schema/requires.js';
import { isAtLeast } from '../schema/role.enum.js';
import { SavedView, SaveViewInput, ViewPage } from '../schema/saved-view.type.js';
import {
  deleteView,
  MAX_SAVED_VIEWS,
  MAX_VIEW_NAME,
  MAX_VIEW_QUERY,
  saveView,
} from '../services/saved-views.js';
import type { Context, Viewer } from './context.js';
import { required } from './required.js';

const MAX_LISTED = 300;

@Resolver()
export class SavedViewResolver {
  @Requires('VIEWER')
  @Query(() => [SavedView], {
    description: `One's own, then what others share, each by name; at most ${MAX_LISTED}.`,
  })
  async savedViews(
    @Ctx() { db, viewer }: Context,
    @Arg('page', () => ViewPage) page: ViewPage,
  ): Promise<SavedView[]> {
    const owner = ownerOf(viewer);
    const rows = await listSavedViews(db, { owner, page, limit: MAX_LISTED });
    return rows.map((row) => viewObject(row, owner));
  }

  @Requires('VIEWER')
  @Mutation(() => SavedView, {
    description:
      `A name of 1 to ${MAX_VIEW_NAME} characters, a query of at most ${MAX_VIEW_QUERY}; CONFLICT where there are ${MAX_SAVED_VIEWS} of ` +
      "one's own already.",
  })
  async saveView(
    @Ctx() { db, viewer }: Context,
    @Arg('input', () => SaveViewInput) input: SaveViewInput,
  ): Promise<SavedView> {
    const owner = ownerOf(viewer);
    const mayShare = isAtLeast(viewer.role, 'EDITOR');
    const id = await saveView({ db }, { owner, mayShare }, input);
    return viewObject(required(await savedViewById(db, id), 'such view'), owner);
  }

  @Requires('VIEWER')
  @Mutation(() => Boolean, { description: "One's own; an ADMIN also deletes what others share." })
  async deleteView(
    @Ctx() { db, viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<boolean> {
    await deleteView({ db }, { owner: ownerOf(viewer), isAdmin: viewer.role === 'ADMIN' }, id);
    return true;
  }
}

/** Tokens come and go, and every browser has its own: what stays is their name, which an ADMIN gives. */
function ownerOf({ tokenName, tokenId }: Viewer): string {
  return tokenName ?? tokenId;
}

function viewObject(row: SavedViewRow, owner: string): SavedView {
  return { ...row, page: row.page as ViewPage, mine: row.owner === owner };
}
