import { useThrottledCallback } from '@mantine/hooks';
import { useCallback, useEffect, useRef, useState } from 'react';

/**
 * What somebody is entering, which the address follows: at the first key, and then a moment after others. Where the
 * address changes by itself, as by Back or a saved view, that is what stands there.
 * @param saved what the address says
 */
export function useDraft(
  saved: string,
  save: (value: string) => void,
  waitMs: number,
): readonly [string, (value: string) => void] {
  const [draft, setDraft] = useState(saved);
  const sent = useRef(saved);
  const send = useThrottledCallback((value: string) => {
    sent.current = value;
    save(value);
  }, waitMs);
  useEffect(() => {
    if (saved === sent.current) return;
    sent.current = saved;
    setDraft(saved);
  }, [saved]);
  const change = useCallback(
    (value: string) => {
      setDraft(value);
      send(value);
    },
    [send],
  );
  return [draft, change];
}
