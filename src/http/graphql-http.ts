import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import fastifyApollo from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { ErrorCode } from '../errors/registry.js';
import type { Context, ServerContext, Viewer } from '../resolvers/context.js';
import type { Authentication } from './authentication.js';
import { clientError } from './client-error.js';
import type { Gate, GraphQLRequest } from './gate.js';
import type { Metrics } from './metrics.js';
import { operationContext } from './operation-context.js';

const viewers = new WeakMap<FastifyRequest, Viewer>();

/** POST /graphql: Apollo executes what the gate has let through. */
export async function registerGraphqlHttp(
  app: FastifyInstance,
  deps: { server: ServerContext; gate: Gate; authentication: Authentication; metrics: Metrics },
): Promise<ApolloServer<Context>> {
  const { server, gate, authentication, metrics } = deps;
  const apollo = new ApolloServer<Context>({
    schema: gate.schema,
    logger: app.log,
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    // The gate has parsed and validated it: Apollo finds it here by the hash of its text.
    documentStore: {
      get: async (key) => gate.documents.get(key.slice(-64)),
      set: async () => {},
      delete: async () => false,
    },
    parseOptions: { maxTokens: gate.limits.tokens },
    plugins: [ApolloServerPluginLandingPageDisabled(), maskErrors(metrics)],
  });
  await apollo.start();

  await app.register(async (scope) => {
    // Before the body is read: who sends no token has nothing parsed.
    scope.addHook('onRequest', async (request, reply) => {
      if (request.method === 'OPTIONS') return;
      const viewer = await authentication.viewerOf(request);
      if (!viewer) return unauthenticated(reply);
      viewers.set(request, viewer);
    });
    scope.addHook('preHandler', async (request, reply) => {
      if (request.method === 'OPTIONS') return reply.code(204).header('allow', 'POST').send();
      const body = request.body as GraphQLRequest | null | undefined;
      if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        return sendErrors(reply, 400, 'BAD_USER_INPUT', 'expected one operation as a JSON object');
      }
      const admission = gate.admit(body, 'http');
      if ('errors' in admission) {
        metrics.refused('http');
        return reply.code(admission.status).send({
          errors: admission.errors.map((error) => error.toJSON()),
        });
      }
      // Apollo reads these and no others.
      const { operationName, variableValues } = admission.admitted;
      request.body = {
        query: body.query,
        variables: variableValues,
        ...(operationName !== undefined && { operationName }),
      };
      return undefined;
    });
    await scope.register(fastifyApollo(apollo), {
      path: '/graphql',
      method: ['POST', 'OPTIONS'],
      context: async (request) =>
        operationContext(server, {
          viewer: viewers.get(request)!,
          requestId: request.id,
          transport: 'http',
          logger: request.log as never,
        }),
    });
  });
  return apollo;
}

function maskErrors(metrics: Metrics): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      const stop = metrics.operationStarted();
      return {
        async willSendResponse({ response, errors, contextValue, operation }) {
          const masked = errors?.map((error) => clientError(error as GraphQLError, contextValue));
          if (masked && response.body.kind === 'single') response.body.singleResult.errors = masked;
          stop('http', operation, masked?.[0]?.extensions?.code);
        },
      };
    },
  };
}

function unauthenticated(reply: FastifyReply) {
  void reply.header('www-authenticate', 'Bearer');
  return sendErrors(
    reply,
    401,
    'UNAUTHENTICATED',
    'expected a valid token: send `Authorization: Bearer cw_…`. The first one lies in the file admin-token of the data ' +
      'directory; administrators make others with `createToken`.',
  );
}

/** An answer without execution, in the form of GraphQL's. */
export function sendErrors(reply: FastifyReply, status: number, code: ErrorCode, message: string) {
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
}
