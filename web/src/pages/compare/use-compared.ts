import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { ComparedRunDocument, type ComparedRunQuery } from './compare.generated.ts';

export type ComparedRun = NonNullable<ComparedRunQuery['run']>;

interface Compared {
  /** In the order of the ids; those that do not exist are left out. */
  runs: readonly ComparedRun[];
  isLoading: boolean;
  error: unknown;
}

/** The runs of a comparison; runs that are added leave the others where they are. */
export function useCompared(ids: readonly string[]): Compared {
  const client = useApolloClient();
  const [state, setState] = useState<Compared>({ runs: [], isLoading: true, error: null });
  const key = ids.join();
  useEffect(() => {
    let isLatest = true;
    setState((before) => ({ ...before, isLoading: true, error: null }));
    Promise.all(
      key
        .split(',')
        .filter(Boolean)
        .map((id) => client.query({ query: ComparedRunDocument, variables: { id } })),
    ).then(
      (answers) => {
        if (!isLatest) return;
        const runs = answers.flatMap(({ data }) => data?.run ?? []);
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
  return state;
}
