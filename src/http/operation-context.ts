import type { Logger } from 'pino';
import type { Context, ServerContext, Viewer } from '../resolvers/context.js';
import { createLoaders } from '../resolvers/loaders.js';

/** Makes the context of one operation. */
export function operationContext(
  server: ServerContext,
  options: {
    viewer: Viewer;
    requestId: string;
    transport: Context['transport'];
    logger: Logger;
  },
): Context {
  const { viewer, requestId, transport, logger } = options;
  return {
    ...server,
    viewer,
    requestId,
    transport,
    loaders: createLoaders(server.db),
    report: (error) =>
      logger.error({ err: error, requestId, tokenId: viewer.tokenId }, 'operation failed'),
  };
}
