import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { type ComparedRun, comparedRuns, knownRuns } from '../../api/compared-runs.ts';
import { follow } from '../../api/follow.ts';
import { epochsAfter } from '../../parts/epochs.ts';
import {
  ComparedRunEventsDocument,
  type ComparedRunEventsSubscription,
} from './compare.generated.ts';

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
  const [state, setState] = useState<Compared>(() => {
    const runs = knownRuns(ids);
    return { runs: runs ?? [], isLoading: runs === undefined, error: null };
  });
  const key = ids.join();
  const shown = useRef(state.runs);
  shown.current = state.runs;
  useEffect(() => {
    let isLatest = true;
    const wanted = key.split(',').filter(Boolean);
    if (knownRuns(wanted) === shown.current) return;
    setState((before) => ({ ...before, isLoading: true, error: null }));
    comparedRuns(client, wanted).then(
      (runs) => {
        if (isLatest) setState({ runs, isLoading: false, error: null });
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
    .map(({ id, eventSeq }) => `${id} ${eventSeq}`)
    .join();
  useEffect(() => {
    const stops = going
      .split(',')
      .filter(Boolean)
      .map((each) => {
        const [id, seq] = each.split(' ') as [string, string];
        let after = Number(seq);
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
  const { history } = run;
  const before = history.at(-1)?.elapsedSeconds ?? 0;
  const later = epochsAfter(history, epoch ? [epoch] : []).map((each) => ({
    ...each,
    elapsedSeconds: before + each.seconds,
  }));
  return { ...run, ...now, history: [...history, ...later] };
}
