import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { Link, type LinkProps } from 'react-router';
import { RunDocument } from '../api/run.generated.ts';

/** Who only passes over links on the way to another is on none of them for so long. */
const DWELL_MS = 60;

/** Leads to a run's page, whose answer is asked for already where somebody is about to follow. */
export function RunLink({ runId, ...link }: { runId: string } & Omit<LinkProps, 'to'>) {
  const client = useApolloClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const leave = () => clearTimeout(timer.current);
  const enter = () => {
    leave();
    timer.current = setTimeout(() => {
      // Should it fail, the page asks again and says what is wrong.
      client
        .query({ query: RunDocument, variables: { id: runId }, fetchPolicy: 'network-only' })
        .catch(() => {});
    }, DWELL_MS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <Link
      {...link}
      to={`/runs/${runId}`}
      onPointerEnter={enter}
      onPointerLeave={leave}
      onFocus={enter}
      onBlur={leave}
    />
  );
}
