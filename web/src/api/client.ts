import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { authorization } from './session.ts';

/**
 * Context of a query that is made again when something has happened, such as the end of a job: that may come while an
 * earlier answer is under way that does not know of it, and Apollo would wait for that one instead of asking.
 */
export const ASKED_ANEW = { queryDeduplication: false };

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
