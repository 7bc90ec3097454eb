import type { FastifyRequest } from 'fastify';
import type { Sql } from '../db/sql.js';
import type { Viewer } from '../resolvers/context.js';
import { authenticate } from '../services/tokens.js';

export const SESSION_COOKIE = 'clipwright_session';

/** Finds out who asks, by the header, the socket's init payload, or the cookie that signing in gave a browser. */
export class Authentication {
  constructor(
    private readonly db: Sql,
    private readonly fixedToken: string | undefined,
  ) {}

  /** @returns null for no token and for one that may not be used; the two look alike to a client */
  async viewerOf(request: FastifyRequest, authorization?: unknown): Promise<Viewer | null> {
    const header = authorization ?? request.headers.authorization;
    if (header !== undefined) {
      const match = typeof header === 'string' ? /^Bearer +(\S+)$/i.exec(header) : null;
      return match ? this.#viewer(match[1]!) : null;
    }
    const session = sessionOf(request);
    return session === null ? null : this.#viewer(session);
  }

  #viewer(secret: string): Promise<Viewer | null> {
    return authenticate({ db: this.db, fixedToken: this.fixedToken }, secret);
  }
}

/** The session's secret in the request's cookie. */
export function sessionOf(request: FastifyRequest): string | null {
  return cookieOf(request.headers.cookie, SESSION_COOKIE);
}

function cookieOf(header: string | undefined, name: string): string | null {
  if (!header || header.length > 8192) return null;
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
