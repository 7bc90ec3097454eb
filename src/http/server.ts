import { randomUUID } from 'node:crypto';
import websocket from '@fastify/websocket';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { handleProtocols } from 'graphql-ws';
import type { Logger } from 'pino';
import { isConnectionLoss } from '../db/connection-loss.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { orDiskFull } from '../errors/disk-full.js';
import { buildApiSchema } from '../resolvers/build-schema.js';
import type { ServerContext } from '../resolvers/context.js';
import { SignedUrls } from '../services/signed-url.js';
import { Authentication } from './authentication.js';
import { limitBodyTime } from './body-deadline.js';
import { registerBundleFiles } from './bundle-files.js';
import { isPage, page, registerDashboard } from './dashboard/dashboard.js';
import { graphqlPage, registerExplorer } from './explorer/explorer.js';
import { registerFiles } from './files.js';
import { Gate } from './gate.js';
import { registerGraphqlHttp, sendErrors } from './graphql-http.js';
import { graphqlSockets } from './graphql-websocket.js';
import { registerHealth } from './health.js';
import { DEFAULT_LIMITS } from './limits.js';
import { Metrics } from './metrics.js';
import { Origins } from './origin.js';
import { registerPredictionFiles } from './prediction-files.js';
import type { ServerDeps } from './server-deps.js';
import { SignIn } from './sign-in.js';
import { registerUploads } from './uploads.js';

/** How long requests under way may take while the server stops. */
const CLOSE_MS = 5000;

export interface Server {
  app: FastifyInstance;
  /** Begins to listen where the configuration says. @returns the address, such as http://127.0.0.1:4000 */
  listen(): Promise<string>;
  /** A path below the address that signs a browser in, once. */
  signInPath(): string;
  /** Ends subscriptions and sockets, waits for requests under way, and closes. */
  close(): Promise<void>;
}

/** The whole API: GraphQL over HTTP and WebSocket on one path, files, dashboard, explorer, health, metrics. */
export async function createServer(deps: ServerDeps): Promise<Server> {
  const { config, db, services, eventHub, blobs } = deps;
  const logger = deps.logger;
  const limits = { ...DEFAULT_LIMITS, ...config.limits, ...deps.limits };
  const gate = new Gate(buildApiSchema(), limits);
  const urls = await SignedUrls.load(db);
  const server: ServerContext = { db, services, eventHub, urls, limits };
  const authentication = new Authentication(db, config.token ?? undefined);
  const origins = new Origins(config.publicUrl);
  const metrics = new Metrics(db);
  const signIn = new SignIn(db, origins);

  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // Fastify's own lines hold whole URLs, and with them signatures and codes.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: limits.bodyBytes,
    // The columns of an export are part of its signed address.
    routerOptions: { maxParamLength: 6_100 },
    // body-deadline.ts
    requestTimeout: 0,
    connectionTimeout: 0,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    frameworkErrors: answerBadAddress,
  }) as unknown as FastifyInstance;

  // Before our own hooks: it must know of an upgrade that they refuse, to close its connection.
  await app.register(websocket, {
    options: { maxPayload: limits.socketFrameBytes, perMessageDeflate: false, handleProtocols },
    errorHandler: (error, socket) => {
      logger.debug({ err: error }, 'socket failed');
      socket.terminate();
    },
    preClose(this: FastifyInstance, done: () => void) {
      for (const client of this.websocketServer.clients) {
        client.close(1001, 'The server is stopping');
        setTimeout(() => client.terminate(), 500).unref();
      }
      this.websocketServer.close(() => done());
    },
  });

  limitBodyTime(app);
  acceptJsonOnly(app);
  answerErrors(app);
  setHeaders(app);
  checkOrigins(app, origins);
  logAnswers(app, metrics, logger);

  const sockets = graphqlSockets({ server, gate, authentication, metrics, logger });
  const apollo = await registerGraphqlHttp(app, { server, gate, authentication, metrics });
  app.route({
    method: 'GET',
    url: '/graphql',
    handler: graphqlPage,
    wsHandler: sockets.handler,
  });
  registerExplorer(app);
  registerDashboard(app);
  registerFiles(app, { urls, services, blobs });
  registerPredictionFiles(app, { db, urls, services });
  registerBundleFiles(app, { urls, services });
  registerUploads(app, { urls, services, maxBytes: limits.uploadBytes });
  registerHealth(app, { db, metrics, origins, authentication, notReady: deps.notReady });
  signIn.register(app);
  await app.ready();

  return {
    app,
    listen: () => app.listen({ host: config.host, port: config.port }),
    signInPath: () => signIn.path(),
    async close() {
      sockets.close();
      // Such as one that a browser has opened in advance and sent nothing on.
      const force = setTimeout(() => {
        logger.warn('connections still open are closed by force');
        app.server.closeAllConnections();
      }, CLOSE_MS);
      await app.close();
      clearTimeout(force);
      await apollo.stop();
      metrics.close();
    },
  };
}

function setHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => writeHeaders(request, reply));
}

function writeHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply
    .header('x-request-id', request.id)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer');
}

/** Refuses what pages of other sites ask for. */
function checkOrigins(app: FastifyInstance, origins: Origins): void {
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    const path = request.routeOptions.url;
    // Probes come by address, and learn nothing.
    if (path === '/healthz' || path === '/readyz') return;
    if (!origins.acceptsHost(host)) {
      return sendErrors(
        reply,
        403,
        'FORBIDDEN',
        'expected a Host that this server knows: localhost, or that of CLIPWRIGHT_PUBLIC_URL',
      );
    }
    if (!origins.acceptsOrigin(origin, host)) {
      return sendErrors(
        reply,
        403,
        'FORBIDDEN',
        'expected an Origin that this server knows: its own, or that of CLIPWRIGHT_PUBLIC_URL',
      );
    }
  });
}

/** Without the address, which may hold a signature or a code. */
function logAnswers(app: FastifyInstance, metrics: Metrics, logger: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    metrics.httpAnswered(method, route, reply.statusCode, reply.elapsedTime / 1000);
    const line = {
      requestId: request.id,
      method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (route === '/healthz' || route === '/readyz' || route === '/metrics') {
      logger.debug(line, 'request');
    } else {
      logger.info(line, 'request');
    }
  });
}

/** The content type that a page of another site cannot send without asking first. */
function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/json(?:\s*;|$)/i,
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  );
}

/** What comes before any route and hook: an address that cannot be decoded, or of which a part is too long. */
function answerBadAddress(
  { statusCode }: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  writeHeaders(request, reply);
  void sendErrors(
    reply,
    statusCode ?? 400,
    'BAD_USER_INPUT',
    statusCode === 414
      ? 'expected an address with shorter parts'
      : 'expected an address whose percent-escapes are UTF-8',
  );
}

/** What goes wrong around GraphQL, in its form. */
function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    isPage(request)
      ? page(request, reply)
      : sendErrors(reply, 404, 'NOT_FOUND', 'There is nothing here.'),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) {
      return sendErrors(
        reply,
        413,
        'PAYLOAD_TOO_LARGE',
        'The request is too large: send less at once.',
      );
    }
    if (status === 415) {
      return sendErrors(reply, 415, 'BAD_USER_INPUT', 'expected the content type application/json');
    }
    if (status >= 400 && status < 500) {
      return sendErrors(
        reply,
        status,
        'BAD_USER_INPUT',
        'expected a request with a valid JSON body',
      );
    }
    request.log.error({ err: error, requestId: request.id }, 'request failed');
    if (isConnectionLoss(error)) {
      return sendErrors(
        reply,
        503,
        'UNAVAILABLE',
        'The database is out of reach at the moment: try again in a few seconds.',
      );
    }
    const known = orDiskFull(error);
    if (known instanceof ClipwrightError && known.code === 'DISK_FULL') {
      return sendErrors(reply, 507, known.code, known.message);
    }
    return sendErrors(
      reply,
      500,
      'INTERNAL',
      `Something went wrong on the server. It is in the log under the request id ${request.id}.`,
    );
  });
}
