import { useApolloClient } from '@apollo/client/react';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ASKED_ANEW } from '../api/client.ts';

interface Connection<TNode> {
  totalCount?: number;
  nodes: TNode[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

export interface Pages<TNode> {
  /** As far as they have been asked for; what was there stays until the next answer. */
  nodes: readonly TNode[];
  totalCount: number | null;
  hasMore: boolean;
  isLoading: boolean;
  error: unknown;
  loadMore: () => void;
  /** From the first page on. */
  reload: () => void;
  /** Changes what is shown, such as by an event; what has changed so already is left as it is. */
  change: (edit: (nodes: readonly TNode[]) => readonly TNode[]) => void;
}

/**
 * A list that the server pages through by cursors, read as far as somebody scrolls.
 * @param variables without `after`; others begin anew
 */
export function usePages<TData, TVariables extends object, TNode>(
  document: TypedDocumentNode<TData, TVariables>,
  variables: Omit<TVariables, 'after'>,
  pick: (data: TData) => Connection<TNode> | null | undefined,
): Pages<TNode> {
  const client = useApolloClient();
  const [state, setState] = useState<{
    nodes: readonly TNode[];
    totalCount: number | null;
    cursor: string | null;
    hasMore: boolean;
    isLoading: boolean;
    error: unknown;
  }>({ nodes: [], totalCount: null, cursor: null, hasMore: false, isLoading: true, error: null });
  const latest = useRef({ variables, pick, state });
  latest.current = { variables, pick, state };
  const turn = useRef(0);
  /** Made since the answer under way was asked for, which may not know of them; null: none is under way. */
  const edits = useRef<Array<(nodes: readonly TNode[]) => readonly TNode[]> | null>(null);

  const load = useCallback(
    async (after: string | null) => {
      turn.current += 1;
      const mine = turn.current;
      edits.current = [];
      setState((before) => ({ ...before, isLoading: true, error: null }));
      try {
        const { data } = await client.query({
          query: document,
          variables: { ...latest.current.variables, after } as unknown as TVariables,
          // Nothing else reads these rows out of the cache, and putting hundreds into it takes long.
          fetchPolicy: 'no-cache',
          context: ASKED_ANEW,
        } as never);
        // Another list has been asked for meanwhile.
        if (mine !== turn.current) return;
        const page = latest.current.pick(data as TData);
        const since = edits.current ?? [];
        edits.current = null;
        setState((before) => ({
          nodes: since.reduce<readonly TNode[]>(
            (nodes, edit) => edit(nodes),
            after === null ? (page?.nodes ?? []) : [...before.nodes, ...(page?.nodes ?? [])],
          ),
          totalCount: page?.totalCount ?? before.totalCount,
          cursor: page?.pageInfo.endCursor ?? null,
          hasMore: page?.pageInfo.hasNextPage ?? false,
          isLoading: false,
          error: null,
        }));
      } catch (error) {
        if (mine !== turn.current) return;
        edits.current = null;
        setState((before) => ({ ...before, isLoading: false, error }));
      }
    },
    [client, document],
  );

  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables
  useEffect(() => {
    void load(null);
  }, [load, key]);

  const loadMore = useCallback(() => {
    const { hasMore, isLoading, cursor } = latest.current.state;
    if (hasMore && !isLoading) void load(cursor);
  }, [load]);

  return {
    ...state,
    loadMore,
    reload: useCallback(() => void load(null), [load]),
    change: useCallback((edit) => {
      edits.current?.push(edit);
      setState((before) => ({ ...before, nodes: edit(before.nodes) }));
    }, []),
  };
}
