import type { OrderColumn } from '../db/keyset.js';
import type { Page } from '../schema/connection.js';
import type { PageArgs } from '../schema/page.args.js';
import type { Context } from './context.js';
import { decodeCursor, pageSize } from './cursor.js';
import { groupInOrder } from './loaders.js';
import { toPage } from './page.js';

const KINDS: OrderColumn['kind'][] = ['int'];

/**
 * A page of a list below an object, in the order of a whole number that the list's rows carry. However many parents ask,
 * all their pages are one statement, and all their totals one more.
 */
export async function nestedPage<Row, Node>(
  context: Context,
  parent: string,
  args: PageArgs & { filter?: unknown; offset?: number },
  options: {
    list: string;
    load(
      parents: readonly string[],
      slice: { first: number; after: number | null; offset: number },
    ): Promise<readonly Row[]>;
    count(parents: readonly string[]): Promise<readonly { id: string; count: number }[]>;
    parentOf(row: Row): string;
    place(row: Row): number;
    node(row: Row): Node;
  },
): Promise<Page<Node>> {
  const { list } = options;
  const size = pageSize(args.first);
  const after = args.after ? (decodeCursor(list, KINDS, args.after)[0] as number) : null;
  const offset = args.offset ?? 0;
  const filter = JSON.stringify(args.filter ?? null);
  const rows = await context.loaders
    .keyed<Row[]>(`${list}:${size}:${after}:${offset}:${filter}`, async (parents) =>
      groupInOrder(
        parents,
        await options.load(parents, { first: size + 1, after, offset }),
        options.parentOf,
      ),
    )
    .load(parent);
  return toPage(rows, {
    size,
    list,
    after: after !== null || offset > 0,
    key: (row) => [options.place(row)],
    node: options.node,
    totalCount: () =>
      context.loaders
        .keyed<number>(`${list}:count:${filter}`, async (parents) => {
          const counts = new Map(
            (await options.count(parents)).map(({ id, count }) => [id, count]),
          );
          return parents.map((id) => counts.get(id) ?? 0);
        })
        .load(parent),
  });
}
