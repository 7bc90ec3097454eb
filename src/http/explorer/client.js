// The page at /explorer: GraphiQL, bundled with its workers by bundle-explorer.ts, so that nothing comes from elsewhere.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';

const WORKERS = { json: 'json.worker.js', graphql: 'graphql.worker.js' };
globalThis.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(`/explorer/${WORKERS[label] ?? 'editor.worker.js'}`, { type: 'module' }),
};

const WELCOME = `# Queries and mutations go by POST, subscriptions over WebSocket.
# Without a session of the printed link, put a token into the headers below:
#   { "authorization": "Bearer cw_…" }

{
  me { role tokenName }
  runs(first: 5, orderBy: [{ by: MEAN_AVERAGE_PRECISION, direction: DESC }]) {
    totalCount
    nodes { name status best { meanAveragePrecision microF1 } }
  }
}
`;

/** What the socket sends is what the last request did: graphql-ws asks for it when it connects. */
let authorization;
const sockets = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  lazyCloseTimeout: 0,
  connectionParams: () => (authorization ? { authorization } : {}),
});
const post = createGraphiQLFetcher({ url: '/graphql', wsClient: sockets });

function fetcher(params, options) {
  const headers = Object.entries(options?.headers ?? {});
  authorization = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return post(params, options);
}

async function signedIn() {
  const answer = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ me { role } }"}',
  });
  return answer.ok;
}

const defaultHeaders = (await signedIn()) ? '' : '{\n  "authorization": "Bearer cw_…"\n}';
createRoot(document.getElementById('explorer')).render(
  createElement(GraphiQL, {
    fetcher,
    defaultQuery: WELCOME,
    defaultHeaders,
    defaultEditorToolsVisibility: defaultHeaders ? 'headers' : true,
  }),
);
