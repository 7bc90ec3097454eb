import { useSyncExternalStore } from 'react';

/** Of the socket for subscriptions: IDLE while nothing is followed, LOST from a drop until it stands again. */
export type Connection = { state: 'IDLE' | 'OPEN' } | { state: 'LOST'; since: Date };

let current: Connection = { state: 'IDLE' };
const listeners = new Set<() => void>();

export function setConnection(state: Connection['state']): void {
  if (state === current.state) return;
  current = state === 'LOST' ? { state, since: new Date() } : { state };
  for (const listener of listeners) listener();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
