import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { follow } from '../../api/follow.ts';
import {
  ComparedRunEventsDocument,
  type ComparedRunEventsSubscription,
  ComparedRunsDocument,
  type ComparedRunsQuery,
} from './compare.generated.ts';

export type ComparedRun = ComparedRunsQuery['runs']['nodes'][number];
type RunEvent = ComparedRunEventsSubscription['runEvents'];

interface Compared {
  /** In the order of the ids; those that do not exist are left out. */
  runs: readonly ComparedRun[];
  isLoading: boolean;
  error: unknown;
}

/** The runs of a comparison; runs that are added leave the others where they are, and those that go on are followed. */
export function useCompared(ids: readonly string[]): Compared {
  const client = useApolloClient();
  const [state, setState] = useState<Compared>({ runs: [], isLoading: true, error: null });
  const key = ids.join();
  useEffect(() => {
    let isLatest = true;
    const wanted = key.split(',').filter(Boolean);
    setState((before) => ({ ...before, isLoading: true, error: null }));
    client
      .query({
        query: ComparedRunsDocument,
        variables: { ids: wanted },
        // Histories are long, and nothing else reads them out of the cache.
        fetchPolicy: 'no-cache',
      })
      .then(
        ({ data }) => {
          if (!isLatest) return;
          const found = new Map(data?.runs.nodes.map((run) => [run.id, run]));
          const runs = wanted.flatMap((id) => found.get(id) ?? []);
          setState({ runs, isLoading: false, error: null });
        },
        (error: unknown) => {
          if (isLatest) setState((before) => ({ ...before, isLoading: false, error }));
        },
      );
    return () => {
      isLatest = false;
    };
  }, [client, key]);

  const going = state.runs
    .filter(({ status }) => status === 'QUEUED' || status === 'RUNNING')
    .map(({ id }) => id)
    .join();
  useEffect(() => {
    const stops = going
      .split(',')
      .filter(Boolean)
      .map((id) => {
        let after = 0;
        return follow({
          document: ComparedRunEventsDocument,
          variables: () => ({ id, after }),
          onData: ({ runEvents: event }) => {
            after = event.seq;
            setState((before) => ({
              ...before,
              runs: before.runs.map((run) => (run.id === id ? withEvent(run, event) : run)),
            }));
          },
        });
      });
    return () => {
      for (const stop of stops) stop();
    };
  }, [going]);
  return state;
}

/** As the run is now, with the epoch that the event tells of. */
function withEvent(run: ComparedRun, { epoch, run: now }: RunEvent): ComparedRun {
  const isNew = epoch !== null && !run.history.some((each) => each.epoch === epoch.epoch);
  const history = isNew ? [...run.history, epoch] : run.history;
  return { ...run, ...now, history };
}
