import type { ApolloClient } from '@apollo/client';
import { ComparedRunsDocument, type ComparedRunsQuery } from './compared-runs.generated.ts';

export type ComparedRun = ComparedRunsQuery['runs']['nodes'][number];

/** What one comparison takes; ComparedRuns asks for as many. */
export const MOST_COMPARED = 16;
/** An answer is as good as new for so long. */
const KEPT_MS = 3000;

let latest: { key: string; answer: Promise<ComparedRun[]>; runs?: ComparedRun[] } | undefined;

/**
 * Runs with their histories, in the order of the ids; those that do not exist are left out. Asked for where somebody is about to
 * compare them, they are there when the page is.
 */
export function comparedRuns(client: ApolloClient, ids: readonly string[]): Promise<ComparedRun[]> {
  const key = ids.join();
  if (latest?.key !== key) {
    const mine: NonNullable<typeof latest> = { key, answer: ask(client, ids) };
    latest = mine;
    const forget = () => {
      if (latest === mine) latest = undefined;
    };
    mine.answer.then((runs) => {
      mine.runs = runs;
      setTimeout(forget, KEPT_MS);
    }, forget);
  }
  return latest.answer;
}

/** What `comparedRuns` would answer, where that is known already. */
export function knownRuns(ids: readonly string[]): readonly ComparedRun[] | undefined {
  return latest?.key === ids.join() ? latest.runs : undefined;
}

async function ask(client: ApolloClient, ids: readonly string[]): Promise<ComparedRun[]> {
  const { data } = await client.query({
    query: ComparedRunsDocument,
    variables: { ids: [...ids] },
    // Histories are long, and nothing else reads them out of the cache.
    fetchPolicy: 'no-cache',
  });
  const found = new Map(data?.runs.nodes.map((run) => [run.id, run]));
  return ids.flatMap((id) => found.get(id) ?? []);
}
