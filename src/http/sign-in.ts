import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Ordinary } from '../db/database.js';
import type { Sql } from '../db/sql.js';
import { authenticate, createToken, revokeToken } from '../services/tokens.js';
import { SESSION_COOKIE, sessionOf } from './authentication.js';
import { sendErrors } from './graphql-http.js';
import type { Origins } from './origin.js';

const CODE_LIFETIME_MS = 10 * 60 * 1000;
const SESSION_DAYS = 30;

/**
 * Signs a browser in: the link that the server prints carries a code that works once; it is exchanged for a cookie that
 * no script can read and no other site can send. The session is a token of its own, listed and revoked like any other;
 * signing out revokes it.
 */
export class SignIn {
  readonly #codes = new Map<string, number>();

  constructor(
    private readonly db: Ordinary & Sql,
    private readonly origins: Origins,
    private readonly now: () => number = Date.now,
  ) {}

  /** A path that works once, within ten minutes. */
  path(): string {
    const code = randomBytes(32).toString('base64url');
    this.#codes.set(digest(code), this.now() + CODE_LIFETIME_MS);
    return `/sign-in?code=${code}`;
  }

  register(app: FastifyInstance): void {
    app.get<{ Querystring: { code?: unknown } }>('/sign-in', async (request, reply) => {
      const code = request.query.code;
      const redeemed = typeof code === 'string' ? this.#redeem(code) : null;
      if (redeemed === null) {
        return sendErrors(
          reply,
          403,
          'FORBIDDEN',
          'The link has been used or has expired: restart the server for a new one, or use a token.',
        );
      }
      const expiresAt = new Date(this.now() + SESSION_DAYS * 86_400_000);
      const { secret } = await createToken(
        { db: this.db },
        { name: 'browser', role: 'ADMIN', expiresAt },
      ).catch((error: unknown) => {
        redeemed.giveBack();
        throw error;
      });
      return reply
        .header('set-cookie', this.#cookie(secret, SESSION_DAYS * 86_400))
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .redirect('/', 303);
    });
    app.post('/sign-out', async (request, reply) => {
      const secret = sessionOf(request);
      const session = secret === null ? null : await authenticate({ db: this.db }, secret);
      if (session) await revokeToken({ db: this.db }, session.tokenId);
      return reply.status(204).header('set-cookie', this.#cookie('', 0)).send();
    });
  }

  #cookie(value: string, maxAgeSeconds: number): string {
    return [
      `${SESSION_COOKIE}=${value}`,
      'Path=/',
      'HttpOnly',
      'SameSite=Strict',
      `Max-Age=${maxAgeSeconds}`,
      ...(this.origins.secure ? ['Secure'] : []),
    ].join('; ');
  }

  /**
   * Looked up by its digest, so the time taken says nothing about the codes there are.
   * @returns how to make it work again, where it could not be used; null where it does not work
   */
  #redeem(code: string): { giveBack(): void } | null {
    const key = digest(code);
    const expires = this.#codes.get(key);
    this.#codes.delete(key);
    if (expires === undefined || expires <= this.now()) return null;
    return { giveBack: () => this.#codes.set(key, expires) };
  }
}

function digest(code: string): string {
  return createHash('sha256').update(code.slice(0, 200)).digest('hex');
}
