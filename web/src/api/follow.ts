import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { client } from './client.ts';
import { setConnection } from './connection.ts';
import { authorization } from './session.ts';

const LONGEST_WAIT_MS = 10_000;
/** What arrives within a frame is shown together: opening a run brings hundreds of its events at once. */
const GATHER_MS = 16;

const sockets = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  connectionParams: () => ({ ...authorization() }),
  // Leaving a page for the next one keeps the socket.
  lazyCloseTimeout: 3000,
  keepAlive: 15_000,
  retryAttempts: 0,
});

interface Follow<TData, TVariables> {
  document: TypedDocumentNode<TData, TVariables>;
  /** Asked again before every connection, so that a stream goes on after its last event. */
  variables: () => TVariables;
  onData: (data: TData) => void;
  /** After a connection that was lost: what happened meanwhile may have been missed by streams without `after`. */
  onResume?: () => void;
  /** The server will not stream this, and says why. */
  onRefused?: (message: string) => void;
}

/**
 * Follows a subscription until it ends, through lost connections. What arrives also goes into the client's cache, so
 * that every page shows it.
 * @returns a function that stops it
 */
export function follow<TData, TVariables>(options: Follow<TData, TVariables>): () => void {
  let stopped = false;
  let unsubscribe: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let variables: TVariables;
  let gathered: TData[] = [];
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const document = client.documentTransform.transformDocument(options.document);
  const query = print(document);

  const handOut = () => {
    clearTimeout(gathering);
    gathering = undefined;
    const all = gathered;
    gathered = [];
    client.cache.batch({
      update(cache) {
        for (const data of all) {
          cache.write({
            dataId: 'ROOT_SUBSCRIPTION',
            query: document,
            variables: variables as Record<string, unknown>,
            result: data as Record<string, unknown>,
          });
        }
      },
    });
    for (const data of all) options.onData(data);
  };

  const connect = () => {
    variables = options.variables();
    const isAgain = failures > 0;
    let resumed = false;
    const off = sockets.on('connected', () => {
      setConnection('OPEN');
      if (isAgain && !resumed) options.onResume?.();
      resumed = true;
      failures = 0;
    });
    const end = sockets.subscribe<TData>(
      { query, variables: variables as Record<string, unknown> },
      {
        next: ({ data, errors }) => {
          if (errors?.[0]) options.onRefused?.(errors[0].message);
          if (!data) return;
          gathered.push(data);
          gathering ??= setTimeout(handOut, GATHER_MS);
        },
        error: (error) => {
          off();
          if (stopped) return;
          // What goes on after the last event has to know that.
          handOut();
          const refusal = refusalOf(error);
          if (refusal !== null) return options.onRefused?.(refusal);
          setConnection('LOST');
          timer = setTimeout(connect, Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures));
          failures += 1;
        },
        complete: off,
      },
    );
    unsubscribe = () => {
      off();
      end();
    };
  };
  connect();

  return () => {
    stopped = true;
    clearTimeout(timer);
    clearTimeout(gathering);
    unsubscribe?.();
  };
}

/** A list of errors is an answer, a close with 44xx a refusal; anything else is a socket that dropped. */
function refusalOf(error: unknown): string | null {
  if (Array.isArray(error)) return error[0]?.message ?? 'The server refused the subscription.';
  const { code, reason } = error as Partial<CloseEvent>;
  return code !== undefined && code >= 4400 && code < 4500 ? (reason ?? '') : null;
}
