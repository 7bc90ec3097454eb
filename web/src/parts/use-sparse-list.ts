import { useApolloClient } from '@apollo/client/react';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { SparseList } from './sparse-list.ts';

/**
 * A list that the server hands out from any place on, read where somebody looks. With another document or other variables
 * the list is another one; the one before stays until its length is known.
 * @returns the variables too that the list is of
 */
export function useSparseList<TData, TVariables extends object, TNode>(
  document: TypedDocumentNode<TData, TVariables>,
  variables: Omit<TVariables, 'first' | 'offset' | 'counts'>,
  pick: (data: TData) => { nodes: TNode[]; totalCount?: number } | null | undefined,
): readonly [SparseList<TNode>, Omit<TVariables, 'first' | 'offset' | 'counts'>] {
  const client = useApolloClient();
  const latest = useRef({ variables, pick });
  latest.current = { variables, pick };
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables
  const list = useMemo(() => {
    const { variables: own, pick: pickOf } = latest.current;
    return new SparseList<TNode>(async (place) => {
      const { data } = await client.query({
        query: document,
        variables: { ...own, ...place } as unknown as TVariables,
        // Nothing else reads these rows out of the cache, and putting hundreds into it takes long.
        fetchPolicy: 'no-cache',
      } as never);
      return pickOf(data as TData) ?? { nodes: [], totalCount: 0 };
    });
  }, [client, document, key]);
  useSyncExternalStore(list.subscribe, list.snapshot);
  useEffect(() => list.show(0, 1), [list]);
  const shown = useRef([list, variables] as const);
  if (list.totalCount !== null || list.error !== null) shown.current = [list, variables];
  return shown.current;
}
