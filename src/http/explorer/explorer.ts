import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendErrors } from '../graphql-http.js';
import { bundleExplorer } from './bundle-explorer.js';

/** Nothing comes from another host, and nothing in the page is a script of its own. Monaco writes styles. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Clipwright explorer</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/explorer/explorer.css">
<style>html, body, #explorer { height: 100%; margin: 0 }</style>
</head>
<body><div id="explorer"></div><script type="module" src="/explorer/explorer.js"></script></body>
</html>
`;

/** GraphiQL at /explorer, from our own packages; made when somebody first asks for it. */
export function registerExplorer(app: FastifyInstance): void {
  let files: Promise<ReadonlyMap<string, string>> | undefined;
  const bundled = () => {
    files ??= listBundle().catch((error: unknown) => {
      files = undefined;
      throw error;
    });
    return files;
  };

  app.get('/explorer', async (request, reply) => {
    try {
      await bundled();
    } catch (error) {
      request.log.warn({ err: error }, 'the explorer could not be bundled');
      return sendErrors(
        reply,
        503,
        'NOT_INSTALLED',
        'The explorer could not be made: install the packages graphiql and esbuild. The API itself is at /graphql.',
      );
    }
    return reply
      .header('content-security-policy', POLICY)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(PAGE);
  });

  app.get<{ Params: { name: string } }>('/explorer/:name', async (request, reply) => {
    // Looked up among the files of the bundle: the name itself is no path.
    const path = (await bundled()).get(request.params.name);
    if (path === undefined) return reply.callNotFound();
    return reply
      .header('content-security-policy', POLICY)
      .header('cache-control', 'no-cache')
      .type(TYPES[extname(path)] ?? 'application/octet-stream')
      .send(createReadStream(path));
  });
}

/** A browser that opens /graphql wants the explorer; others are told how to ask. */
export function graphqlPage(request: FastifyRequest, reply: FastifyReply): unknown {
  if (request.headers.accept?.includes('text/html')) return reply.redirect('/explorer', 302);
  return sendErrors(
    reply.header('allow', 'POST'),
    405,
    'BAD_USER_INPUT',
    'Send operations by POST with the content type application/json, subscriptions over WebSocket.',
  );
}

async function listBundle(): Promise<ReadonlyMap<string, string>> {
  const folder = await bundleExplorer();
  const names = (await readdir(folder)).filter((name) => extname(name) in TYPES);
  return new Map(names.map((name) => [name, join(folder, name)]));
}
