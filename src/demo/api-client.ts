import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** An answer with errors, as a client of the public API sees it. */
export class ApiError extends Error {
  constructor(readonly errors: readonly { message: string; extensions?: { code?: string } }[]) {
    super(errors.map((error) => error.message).join('; '));
    this.name = 'ApiError';
  }

  get code(): string | undefined {
    return this.errors[0]?.extensions?.code;
  }
}

/** A plain client of the public API: HTTP for queries and mutations, one socket per subscription. */
export class ApiClient {
  /** @param url the server's, such as http://127.0.0.1:4000 */
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  async request<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const response = await fetch(new URL('/graphql', this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as { data?: Data; errors?: ApiError['errors'] };
    if (answer.errors) throw new ApiError(answer.errors);
    return answer.data!;
  }

  /** Events until the subscription completes, the consumer stops, or the socket drops, which throws. */
  async *subscribe<Data>(
    query: string,
    variables: Record<string, unknown> = {},
  ): AsyncGenerator<Data> {
    const client = createClient({
      url: new URL('/graphql', this.url).href.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${this.token}` },
      retryAttempts: 0,
      // Nobody but the iterator below wants to hear of a dropped socket.
      onNonLazyError: () => {},
    });
    try {
      for await (const event of client.iterate<Data>({ query, variables })) {
        if (event.errors) throw new ApiError(event.errors as ApiError['errors']);
        yield event.data as Data;
      }
    } finally {
      await client.dispose();
    }
  }
}
