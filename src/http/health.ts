import type { FastifyInstance } from 'fastify';
import type { Database } from '../db/database.js';
import { missingMigrations } from '../db/migrate.js';
import type { Authentication } from './authentication.js';
import { sendErrors } from './graphql-http.js';
import type { Metrics } from './metrics.js';
import type { Origins } from './origin.js';

const READY_TIMEOUT_MS = 2000;

/** /healthz: the process answers. /readyz: it can do its work. /metrics: for Prometheus. */
export function registerHealth(
  app: FastifyInstance,
  deps: {
    db: Database;
    metrics: Metrics;
    origins: Origins;
    authentication: Authentication;
    notReady?: (() => Promise<string | null>) | undefined;
  },
): void {
  const { db, metrics, origins, authentication, notReady } = deps;

  app.get('/healthz', async () => ({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    const reason = await withTimeout(
      (async () => (await behindMigrations(db)) ?? (await notReady?.()) ?? null)(),
    ).catch(() => 'the database does not answer, or not as this version expects');
    if (reason !== null) return reply.code(503).send({ status: 'not ready', reason });
    return { status: 'ready' };
  });

  // Behind a proxy every request comes from this machine, so being local is not enough there.
  app.get('/metrics', async (request, reply) => {
    const direct =
      isLoopbackAddress(request.socket.remoteAddress) &&
      origins.isLoopback(request.headers.host) &&
      request.headers['x-forwarded-for'] === undefined &&
      request.headers.forwarded === undefined;
    if (!direct && !(await authentication.viewerOf(request))) {
      return sendErrors(
        reply,
        401,
        'UNAUTHENTICATED',
        'expected a token: Authorization: Bearer cw_…',
      );
    }
    return reply
      .header('content-type', metrics.registry.contentType)
      .send(await metrics.registry.metrics());
  });
}

async function behindMigrations(db: Database): Promise<string | null> {
  const pending = (await missingMigrations(db)).length;
  return pending === 0 ? null : `the database lacks ${pending} migrations`;
}

function withTimeout<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('timed out')), READY_TIMEOUT_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address ?? '');
}
