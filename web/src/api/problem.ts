import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

export interface Problem {
  code: string;
  message: string;
}

/** What went wrong, in the API's words where it has said something. */
export function problemOf(error: unknown): Problem {
  if (CombinedGraphQLErrors.is(error)) return fromApi(error.errors[0]);
  if (ServerError.is(error)) {
    // Refusals have a body in GraphQL's form.
    try {
      return fromApi(JSON.parse(error.bodyText).errors[0]);
    } catch {
      return {
        code: 'UNAVAILABLE',
        message: `The server answered with the status ${error.statusCode}.`,
      };
    }
  }
  if (error instanceof TypeError) {
    return {
      code: 'UNREACHABLE',
      message: 'The server cannot be reached: look whether it is running, then try again.',
    };
  }
  return { code: 'UNKNOWN', message: error instanceof Error ? error.message : String(error) };
}

function fromApi(error: unknown): Problem {
  const { message, extensions } = error as {
    message: string;
    extensions?: { code?: string };
  };
  return { code: extensions?.code ?? 'UNKNOWN', message };
}
