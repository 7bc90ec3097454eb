import type { FastifyInstance } from 'fastify';
import { UPLOAD_ROUTE } from './uploads.js';

/** For a body as large as the limit over a slow line. */
const BODY_MS = 120_000;

/**
 * Ends connections that take too long over a request. Node's own limit knows no routes, and an upload may take hours as
 * long as it moves.
 */
export function limitBodyTime(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.url === UPLOAD_ROUTE || request.raw.complete) return;
    const late = setTimeout(() => request.raw.destroy(), BODY_MS).unref();
    request.raw.once('close', () => clearTimeout(late)).once('end', () => clearTimeout(late));
  });
}
