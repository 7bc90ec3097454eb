import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Client, createClient } from 'graphql-ws';
import { pino } from 'pino';
import WebSocket from 'ws';
import { Database } from '../../../src/db/database.js';
import { EventHub } from '../../../src/db/event-hub.js';
import type { Limits } from '../../../src/http/limits.js';
import { createServer, type Server } from '../../../src/http/server.js';
import type { Services } from '../../../src/resolvers/context.js';
import type { Role } from '../../../src/schema/role.enum.js';
import { createToken } from '../../../src/services/tokens.js';
import { createTestDatabase } from '../../support/database.js';
import { MemoryBlobStore } from '../../support/memory-blob-store.js';
import { fakeServices } from './fake-services.js';

export interface GraphQLAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  data: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  errors: any[] | undefined;
  code: string | undefined;
}

export interface Api {
  /** A pool of the test's own, whose statements are not counted. */
  db: Database;
  eventHub: EventHub;
  server: Server;
  url: string;
  blobs: MemoryBlobStore;
  directory: string;
  tokens: Record<Role, string>;
  /** Statements that the server has sent, by text. */
  statements: string[];
  /** What was logged, as text. */
  logged(): string;
  post(
    query: string,
    variables?: Record<string, unknown>,
    options?: { token?: string | null; headers?: Record<string, string>; operationName?: string },
  ): Promise<GraphQLAnswer>;
  raw(path: string, init?: RequestInit & { token?: string | null }): Promise<Response>;
  socket(options?: { token?: string | null; headers?: Record<string, string> }): Client;
  stop(): Promise<void>;
}

/** A server on a database of its own, listening on a port of its own. */
export async function startApi(
  options: {
    services?: Partial<Services> | ((db: Database) => Partial<Services>);
    limits?: Partial<Limits>;
    publicUrl?: string;
    token?: string;
  } = {},
): Promise<Api> {
  const { db: seeding, url: databaseUrl, drop } = await createTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'clipwright-api-'));
  const statements: string[] = [];
  const db = Database.open(databaseUrl);
  const query = db.query.bind(db);
  db.query = ((text: string, values?: readonly unknown[]) => {
    statements.push(text);
    return query(text, values);
  }) as typeof db.query;
  const eventHub = EventHub.open(databaseUrl);
  await eventHub.listening();
  const blobs = new MemoryBlobStore();
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const given =
    typeof options.services === 'function' ? options.services(seeding) : options.services;
  const server = await createServer({
    config: { host: '127.0.0.1', port: 0, publicUrl: options.publicUrl, token: options.token },
    logger: pino({ level: 'debug' }, sink),
    db,
    eventHub,
    services: fakeServices(seeding, given),
    blobs,
    version: '0.0.0',
    ...(options.limits && { limits: options.limits }),
  });
  await server.listen();
  const { port } = server.app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const secret = async (role: Role) =>
    (await createToken({ db: seeding }, { name: role.toLowerCase(), role })).secret;
  const tokens = {
    ADMIN: await secret('ADMIN'),
    EDITOR: await secret('EDITOR'),
    VIEWER: await secret('VIEWER'),
  };
  const clients: Client[] = [];

  const raw: Api['raw'] = (path, { token = tokens.ADMIN, ...init } = {}) =>
    fetch(`${url}${path}`, {
      redirect: 'manual',
      ...init,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(init.headers as Record<string, string>),
      },
    });

  return {
    db: seeding,
    eventHub,
    server,
    url,
    blobs,
    directory,
    tokens,
    statements,
    logged: () => lines.join(''),
    raw,
    async post(text, variables, { token, headers, operationName } = {}) {
      const response = await raw('/graphql', {
        method: 'POST',
        ...(token !== undefined && { token }),
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: text, variables, operationName }),
      });
      const answer = (await response.json()) as Pick<GraphQLAnswer, 'data' | 'errors'>;
      return {
        status: response.status,
        headers: response.headers,
        data: answer.data,
        errors: answer.errors,
        code: answer.errors?.[0]?.extensions?.code,
      };
    },
    socket({ token = tokens.ADMIN, headers = {} } = {}) {
      class Socket extends WebSocket {
        constructor(address: string | URL, protocols?: string | string[]) {
          super(address, protocols, { headers });
        }
      }
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: Socket,
        ...(token !== null && { connectionParams: { authorization: `Bearer ${token}` } }),
        retryAttempts: 0,
      });
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) await client.dispose();
      await server.close();
      await eventHub.close();
      await db.close();
      await drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The first answer of an operation over a socket. */
export async function ask(
  client: Client,
  query: string,
  variables?: Record<string, unknown>,
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
): Promise<{ data?: any; errors?: any[]; code: string | undefined }> {
  try {
    for await (const answer of client.iterate({ query, ...(variables && { variables }) })) {
      const errors = answer.errors as unknown as { extensions?: { code?: string } }[] | undefined;
      return {
        data: answer.data,
        ...(errors && { errors }),
        code: errors?.[0]?.extensions?.code,
      };
    }
  } catch (thrown) {
    if (!Array.isArray(thrown)) throw thrown;
    return { errors: thrown, code: thrown[0]?.extensions?.code };
  }
  throw new Error('the operation ended without an answer');
}
