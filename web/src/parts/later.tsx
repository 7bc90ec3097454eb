import { type ReactNode, startTransition, useEffect, useState } from 'react';
import { whenIdle } from './when-idle.ts';

/**
 * What is not looked at first, such as below the screen, comes a moment after the rest, so that this is there sooner.
 * @param meanwhile of the same size where others stand behind it
 */
export function Later({
  meanwhile = null,
  children,
}: {
  meanwhile?: ReactNode;
  children: ReactNode;
}) {
  const [isDue, setIsDue] = useState(false);
  useEffect(() => whenIdle(() => startTransition(() => setIsDue(true))), []);
  return isDue ? children : meanwhile;
}
