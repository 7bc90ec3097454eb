import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { CloseCode, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Context, ServerContext } from '../resolvers/context.js';
import { usableTokens } from '../services/tokens.js';
import type { Authentication } from './authentication.js';
import { clientError } from './client-error.js';
import type { Gate } from './gate.js';
import type { Metrics } from './metrics.js';
import { operationContext } from './operation-context.js';
import { type Connection, SocketRegistry } from './socket-registry.js';

const TOKEN_CHECK_MS = 2000;
const PING_MS = 12_000;

interface Extra {
  connection: Connection;
  request: FastifyRequest;
}
type Init = Record<string, unknown>;

/**
 * GET /graphql by upgrade: graphql-transport-ws behind the same gate, schema and masking as POST.
 *
 *   opened ──connection_init in time, token valid──▶ acknowledged ──▶ operations, each with a context of its own
 *   any ──token expired or revoked, flood, stalled reader, no pong──▶ closed, its subscriptions ended
 */
export function graphqlSockets(deps: {
  server: ServerContext;
  gate: Gate;
  authentication: Authentication;
  metrics: Metrics;
  logger: Logger;
}): {
  handler(this: FastifyInstance, socket: WebSocket, request: FastifyRequest): void;
  close(): void;
} {
  const { server, gate, authentication, metrics, logger } = deps;
  const { limits } = gate;
  const registry = new SocketRegistry(limits);
  let operationNumber = 0;
  const ended = new WeakMap<Context, (code: unknown) => void>();

  const protocol = makeServer<Init, Extra>({
    connectionInitWaitTimeout: limits.connectionInitMs,
    async onConnect(state) {
      const { connectionParams, extra } = state;
      const { connection, request } = extra;
      connection.operations = () => Object.keys(state.subscriptions).length;
      const viewer = await authentication.viewerOf(request, authorizationOf(connectionParams));
      if (connection.socket.readyState !== connection.socket.OPEN) return false;
      if (!viewer) {
        connection.socket.close(
          CloseCode.Unauthorized,
          'Unauthorized: send connectionParams { authorization: "Bearer …" }',
        );
        return false;
      }
      return registry.identified(connection, viewer);
    },
    async onSubscribe({ extra }, _id, payload) {
      const { connection, request } = extra;
      const viewer = connection.viewer!;
      if (registry.operations(viewer.tokenId) > limits.subscriptionsPerToken) {
        return [
          new GraphQLError(
            `This token has ${limits.subscriptionsPerToken} operations under way: end some of them first.`,
            { extensions: { code: 'TOO_MANY_REQUESTS' } },
          ),
        ];
      }
      const admission = gate.admit(payload, 'websocket');
      if ('errors' in admission) {
        metrics.refused('websocket');
        return [...admission.errors];
      }
      const { document, operation, operationName, variableValues } = admission.admitted;
      operationNumber += 1;
      const contextValue = operationContext(server, {
        viewer,
        requestId: `${request.id}.${operationNumber}`,
        transport: 'websocket',
        logger,
      });
      const stop = metrics.operationStarted();
      ended.set(contextValue, (code) => stop('websocket', operation, code));
      return { schema: gate.schema, document, operationName, variableValues, contextValue };
    },
    onOperation(_socket, _id, _payload, { contextValue }, result) {
      // A subscription's time is its client's.
      if (Symbol.asyncIterator in result || !('data' in result || 'errors' in result)) return;
      const context = contextValue as Context;
      const [error] = result.errors ?? [];
      const code = error && clientError(error, { ...context, report: () => {} }).extensions?.code;
      ended.get(context)?.(code);
    },
    onNext({ extra }, _id, _payload, args, result) {
      const { socket } = extra.connection;
      if (socket.bufferedAmount > limits.bufferedBytes) {
        logger.warn(
          { tokenId: extra.connection.viewer?.tokenId, bufferedBytes: socket.bufferedAmount },
          'socket closed: its client does not read',
        );
        socket.terminate();
      }
      if (!result.errors) return undefined;
      const context = args.contextValue as Context;
      return { ...result, errors: result.errors.map((error) => clientError(error, context)) };
    },
    onError({ extra }, _id, _payload, errors) {
      const requestId = extra.request.id;
      const report = (error: unknown) =>
        logger.error({ err: error, requestId }, 'operation failed');
      return errors.map((error) => clientError(error as GraphQLError, { requestId, report }));
    },
  });

  const tokenCheck = setInterval(() => {
    const tokens = registry.tokens();
    if (tokens.length === 0) return;
    usableTokens(server, tokens).then(
      (usable) => {
        for (const token of tokens) if (!usable.has(token)) registry.dismiss(token);
      },
      (error) => logger.warn({ err: error }, 'tokens of open sockets could not be checked'),
    );
  }, TOKEN_CHECK_MS);
  tokenCheck.unref();

  function handler(socket: WebSocket, request: FastifyRequest): void {
    const connection: Connection = { socket, viewer: null, operations: () => 0 };
    if (!registry.opened(connection)) return;
    metrics.sockets.inc();

    const flood = new Bucket(limits.messagesPerSecond, limits.messageBurst);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) return resolve();
            socket.send(data, (error) => (error ? reject(error) : resolve()));
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) => {
          socket.on('message', (data, binary) => {
            if (binary) return socket.close(CloseCode.BadRequest, 'Expected text messages');
            if (!flood.take()) return socket.close(4429, 'Too many messages: slow down');
            receive(data.toString()).catch((error: unknown) => {
              if (socket.readyState !== socket.OPEN) return;
              logger.error({ err: error, requestId: request.id }, 'socket message failed');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          });
        },
      },
      { connection, request },
    );
    const stopPings = keepAlive(socket);
    socket.once('close', (code, reason) => {
      stopPings();
      metrics.sockets.dec();
      registry.closed(connection);
      void closed(code, reason.toString());
    });
  }

  return { handler, close: () => clearInterval(tokenCheck) };
}

/** Named as a header, whose case says nothing: many clients write `Authorization`. */
function authorizationOf(params: Init | null | undefined): unknown {
  return Object.entries(params ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
}

/** A client that answers no ping between two of them is gone, or does not read. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, PING_MS);
  timer.unref();
  return () => clearInterval(timer);
}

class Bucket {
  #tokens: number;
  #at = performance.now();

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {
    this.#tokens = burst;
  }

  take(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#at) / 1000) * this.perSecond);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
