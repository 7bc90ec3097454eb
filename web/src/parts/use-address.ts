import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** What a page shows is in its address, so that a link shows the same and Back goes back. */
export function useAddress(): {
  get: (name: string) => string;
  list: (name: string) => string[];
  /** An empty value takes the name out. Without `asStep` Back does not stop at what was before. */
  set: (values: Record<string, string | readonly string[]>, asStep?: boolean) => void;
} {
  const [parameters, setParameters] = useSearchParams();
  const get = (name: string) => parameters.get(name) ?? '';
  return {
    get,
    list: (name) => get(name).split(',').filter(Boolean),
    set: useCallback(
      (values, asStep = true) =>
        setParameters(
          (before) => {
            const next = new URLSearchParams(before);
            for (const [name, value] of Object.entries(values)) {
              const text = typeof value === 'string' ? value : value.join(',');
              if (text === '') next.delete(name);
              else next.set(name, text);
            }
            return next;
          },
          { replace: !asStep, preventScrollReset: true, flushSync: true },
        ),
      [setParameters],
    ),
  };
}
