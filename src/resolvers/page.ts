import type { Keyed, KeyValue, OrderColumn, Slice } from '../db/keyset.js';
import type { Page } from '../schema/connection.js';
import type { PageArgs } from '../schema/page.args.js';
import { encodeCursor, sliceOf } from './cursor.js';

/** Builds the connection out of rows of which there may be one too many. */
export function toPage<Row, Node>(
  rows: readonly Row[],
  options: {
    size: number;
    list: string;
    after: boolean;
    key(row: Row): readonly KeyValue[];
    node(row: Row): Node;
    totalCount(): Promise<number>;
  },
): Page<Node> {
  const kept = rows.slice(0, options.size);
  const nodes = kept.map(options.node);
  const edges = kept.map((row, index) => ({
    cursor: encodeCursor(options.list, options.key(row)),
    node: nodes[index]!,
  }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: rows.length > options.size,
      hasPreviousPage: options.after,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: options.totalCount,
  };
}

/** A page of a list at the root: one statement, and one more if `totalCount` is selected. */
export async function rootPage<Row, Node>(
  args: PageArgs,
  options: {
    list: string;
    order: readonly OrderColumn[];
    load(slice: Slice): Promise<Keyed<Row>[]>;
    count(): Promise<number>;
    node(row: Row): Node;
  },
): Promise<Page<Node>> {
  const { size, slice } = sliceOf(args, options.list, options.order);
  return toPage<Keyed<Row>, Node>(await options.load(slice), {
    size,
    list: options.list,
    after: slice.after !== null,
    key: (row) => row.cursorKey,
    node: options.node,
    totalCount: options.count,
  });
}
