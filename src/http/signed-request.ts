import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignedUrls } from '../services/signed-url.js';
import { sendErrors } from './graphql-http.js';

/** For how many seconds the request's URL is still good; null where it is none of ours. */
export function signed(request: FastifyRequest, urls: SignedUrls): number | null {
  const query = request.query as Record<string, unknown>;
  const path = request.url.slice(0, `${request.url}?`.indexOf('?'));
  return urls.verify(path, query.e, query.s);
}

export function refuse(reply: FastifyReply) {
  return sendErrors(
    reply,
    403,
    'FORBIDDEN',
    'The address has expired or is not one of ours: ask the API for a new one.',
  );
}
