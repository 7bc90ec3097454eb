import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isConnectionLoss } from '../db/connection-loss.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { orDiskFull } from '../errors/disk-full.js';

/** A message may quote what the client sent, which may be megabytes. */
const MAX_MESSAGE = 2000;

/**
 * What a client sees of an error, over both transports: ours with their code, mistakes in the request as
 * BAD_USER_INPUT, and of anything else only that it happened and the id under which it was logged.
 */
export function clientError(
  error: GraphQLError,
  context: { requestId: string; report(error: unknown): void },
): GraphQLFormattedError {
  const { locations, path } = error;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const thrown = causeOf(error);
  const cause = orDiskFull(thrown);
  if (cause !== thrown) context.report(thrown);
  if (cause instanceof ClipwrightError && cause.code !== 'INTERNAL') {
    return { message: cut(cause.message), ...place, extensions: { code: cause.code } };
  }
  if (cause && isConnectionLoss(cause)) {
    context.report(cause);
    return {
      message: 'The database is out of reach at the moment: try again in a few seconds.',
      ...place,
      extensions: { code: 'UNAVAILABLE', requestId: context.requestId },
    };
  }
  // Without a path nothing was executed; without a cause graphql-js itself refused an argument.
  if (!path || !cause) {
    const code =
      typeof error.extensions.code === 'string' ? error.extensions.code : 'BAD_USER_INPUT';
    return { message: cut(error.message), ...place, extensions: { code } };
  }
  context.report(cause);
  return {
    message: `Something went wrong on the server. It is in the log under the request id ${context.requestId}.`,
    ...place,
    extensions: { code: 'INTERNAL', requestId: context.requestId },
  };
}

function causeOf(error: GraphQLError): Error | undefined {
  let cause: Error | undefined = error.originalError;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

function cut(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
}
