import { useQuery } from '@apollo/client/react';
import { Center, Loader } from '@mantine/core';
import { client } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { ViewerDocument } from '../api/viewer.generated.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Shell } from './shell.tsx';
import { SignInPage } from './sign-in-page.tsx';

// Asked for as soon as the script runs, while the page's own is still on its way. The gate says what went wrong.
client.query({ query: ViewerDocument }).catch(() => {});

/** The dashboard for those who may see it, and the way in for others. */
export function Gate() {
  const { data, error, refetch } = useQuery(ViewerDocument, { fetchPolicy: 'cache-first' });
  if (data) return <Shell viewer={data.me} />;
  if (error && problemOf(error).code === 'UNAUTHENTICATED') return <SignInPage />;
  return (
    <Center component="main" h="100vh" p="md">
      {error ? (
        <ProblemNote error={error} retry={() => refetch()} />
      ) : (
        <Loader aria-label="Loading" />
      )}
    </Center>
  );
}
