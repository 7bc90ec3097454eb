import { Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemNote } from './problem-note.tsx';

interface Answer<TData> {
  // Apollo says 'maybe in parts' where a query may stream; none of ours does.
  data: TData | undefined;
  error?: unknown;
  refetch: () => unknown;
}

/** What a query gave, a placeholder until then, and what went wrong above what is still there. */
export function QueryView<TData>({
  answer,
  children,
}: {
  answer: Answer<TData>;
  children: (data: TData) => ReactNode;
}) {
  const { data, error, refetch } = answer;
  return (
    <>
      {error !== undefined && error !== null && (
        <ProblemNote error={error} retry={() => refetch()} />
      )}
      {data !== undefined ? children(data) : !error && <Placeholder />}
    </>
  );
}

function Placeholder() {
  return (
    <Stack role="status" aria-label="Loading">
      <Skeleton h={32} w="40%" />
      <Skeleton h={160} />
      <Skeleton h={160} />
    </Stack>
  );
}
