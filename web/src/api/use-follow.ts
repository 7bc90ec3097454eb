import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useRef } from 'react';
import { follow } from './follow.ts';

/** Of an event of a job, a run or an experiment. */
interface Numbered {
  seq: number;
}

/**
 * Follows events that are numbered without gaps, from after `after`; a lost connection goes on behind the last one.
 * @param id null follows nothing
 * @param after from the first event on when left out
 */
export function useEvents<TData, TEvent extends Numbered>(
  document: TypedDocumentNode<TData, { id: string; after?: number | null }>,
  options: {
    id: string | null;
    after?: number;
    eventOf: (data: TData) => TEvent;
    onEvent?: (event: TEvent) => void;
  },
): void {
  const latest = useRef(options);
  latest.current = options;
  const { id } = options;
  useEffect(() => {
    if (id === null) return;
    let after = latest.current.after ?? 0;
    return follow({
      document,
      variables: () => ({ id, after }),
      onData: (data) => {
        const event = latest.current.eventOf(data);
        after = event.seq;
        latest.current.onEvent?.(event);
      },
    });
  }, [document, id]);
}

/** Follows a stream that has no numbers; `onResume` is for asking anew what may have been missed. */
export function useStream<TData>(
  document: TypedDocumentNode<TData, Record<string, never>>,
  options: { onData?: (data: TData) => void; onResume: () => void },
): void {
  const latest = useRef(options);
  latest.current = options;
  useEffect(
    () =>
      follow({
        document,
        variables: () => ({}),
        onData: (data) => latest.current.onData?.(data),
        onResume: () => latest.current.onResume(),
      }),
    [document],
  );
}
