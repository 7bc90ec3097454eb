import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { authorization } from './session.ts';

/** Queries and mutations. Subscriptions do not go through it: follow.ts knows where to go on after a lost connection. */
export const client = new ApolloClient({
  cache: new InMemoryCache({
    typePolicies: {
      // Labels of two datasets have the same keys; they belong to what carries them.
      Label: { keyFields: false },
      LabelStats: { keyFields: false },
      System: { merge: true },
      EvalMetrics: { keyFields: false, merge: true },
      RunConfig: { keyFields: false, merge: true },
    },
  }),
  link: new HttpLink({
    uri: '/graphql',
    fetch: (input, init) =>
      fetch(input, { ...init, headers: { ...init?.headers, ...authorization() } }),
  }),
  defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network' } },
});
