/** Gives `work(item)` in the order of the items, with at most `depth` of them under way, however slow the consumer is. */
export async function* pipelined<Item, Result>(
  items: AsyncIterable<Item>,
  depth: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // Awaited below, in order; until then a failure must not count as unhandled.
      result.catch(() => {});
      underWay.push(result);
      if (underWay.length >= depth) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    // The consumer stopped or something failed: nothing may go on behind its back.
    await Promise.allSettled(underWay);
  }
}

/** Gathers items into groups; the last may be smaller. */
export async function* groupsOf<Item>(
  items: AsyncIterable<Item>,
  size: number,
): AsyncGenerator<Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
