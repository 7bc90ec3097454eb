import { useRef, useState } from 'react';
import { askAgain } from './ask-again.ts';

/** `askAgain` for a component: what it asks is that of the latest drawing. */
export function useAskAgain(ask: () => Promise<unknown>): () => void {
  const latest = useRef(ask);
  latest.current = ask;
  const [tell] = useState(() => askAgain(() => latest.current()));
  return tell;
}
