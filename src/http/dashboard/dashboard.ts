import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendErrors } from '../graphql-http.js';
import { acceptedEncoding } from './accepted-encoding.js';

/** What the set-up has built of web/; the same seen from src/http/dashboard and dist/http/dashboard. */
const BUILT = fileURLToPath(new URL('../../../web/dist/', import.meta.url));
/** What the build has put where the nonce of a page goes. */
const NONCE = '__NONCE__';

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Of the pages in web/, which have no other first part; docs/layout.md. */
const PAGES =
  /^\/((datasets|encoders|runs|compare|experiments|models|try|predictions|access)(\/|$)|$)/;

/** No address of a page begins so, or has a part that begins with a dot. */
const FILES = /^\/(assets|files|graphql|explorer)(\/|$)|\/\./;

/**
 * Nothing comes from another host. The page has no script of its own, and only style elements that know its nonce: the
 * component library writes one for its colours. Photos dropped onto a page are shown by blob: addresses.
 */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

/** The dashboard at /: one document for all its pages, whose script shows the one that the address names. */
export function registerDashboard(app: FastifyInstance): void {
  app.get('/', page);

  app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
    // Looked up among the files of the build, which may have been built anew: the name itself is no path.
    const files = await readdir(join(BUILT, 'assets')).catch((): string[] => []);
    const name = files.find((each) => each === request.params.name && extname(each) in TYPES);
    if (name === undefined) return reply.callNotFound();
    const encoding = acceptedEncoding(request.headers['accept-encoding'], (suffix) =>
      files.includes(name + suffix),
    );
    if (encoding) reply.header('content-encoding', encoding.name);
    return reply
      .header('cache-control', 'public, immutable, max-age=31536000')
      .header('vary', 'accept-encoding')
      .type(TYPES[extname(name)]!)
      .send(createReadStream(join(BUILT, 'assets', name + (encoding?.suffix ?? ''))));
  });
}

/** @returns whether a person's browser asks for a page, of which the dashboard says whether it has it */
export function isPage(request: FastifyRequest): boolean {
  return (
    request.method === 'GET' &&
    !FILES.test(pathOf(request)) &&
    request.headers.accept?.includes('text/html') === true
  );
}

function pathOf({ url }: FastifyRequest): string {
  return url.slice(0, `${url}?`.indexOf('?'));
}

export async function page(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const html = await readFile(join(BUILT, 'index.html'), 'utf8').catch(() => null);
  if (html === null) {
    return sendErrors(
      reply,
      503,
      'NOT_INSTALLED',
      'The dashboard has not been built: run `node scripts/run.mjs setup`. The API itself is at /graphql.',
    );
  }
  const nonce = randomBytes(16).toString('base64');
  return reply
    .code(PAGES.test(pathOf(request)) ? 200 : 404)
    .header('content-security-policy', policy(nonce))
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(html.replaceAll(NONCE, nonce));
}
