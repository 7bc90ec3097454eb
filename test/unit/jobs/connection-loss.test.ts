import { createServer } from 'node:net';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { isConnectionLoss } from '../../../src/db/connection-loss.js';

const error = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);

describe('a lost connection', () => {
  it.each([
    error('terminating connection due to administrator command', { code: '57P01' }),
    error('the database system is starting up', { code: '57P03' }),
    error('idle in transaction', { code: '25P03' }),
    error('connection failure', { code: '08006' }),
    error('sorry, too many clients already', { code: '53300' }),
    error('connect ENOENT /x/.s.PGSQL.5432', { code: 'ENOENT', syscall: 'connect' }),
    error('read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }),
    error('Connection terminated unexpectedly'),
    error('Client has encountered a connection error and is not queryable'),
    error('Server has closed the connection.', { code: 'P1017' }),
    new Error('outside', { cause: error('inside', { code: '57P02' }) }),
  ])('is recognised: %s', (lost) => {
    expect(isConnectionLoss(lost)).toBe(true);
  });

  it.each([
    error('duplicate key', { code: '23505' }),
    error('syntax error', { code: '42601' }),
    error('bind message supplies 9 parameters', { code: '08P01' }),
    error('no such file', { code: 'ENOENT', syscall: 'open' }),
    error('canceling statement due to user request', { code: '57014' }),
    new Error('anything'),
    'Connection terminated',
    undefined,
  ])('is not seen in: %s', (other) => {
    expect(isConnectionLoss(other)).toBe(false);
  });

  it('is what pg reports when nobody listens, and when the server hangs up', async () => {
    const failure = async (port: number) => {
      const client = new pg.Client({ host: '127.0.0.1', port });
      client.on('error', () => {});
      return client.connect().then(
        () => undefined,
        (reason: unknown) => reason,
      );
    };
    expect(isConnectionLoss(await failure(1))).toBe(true);
    const server = createServer((socket) => socket.end()).listen(0);
    const { port } = server.address() as { port: number };
    expect(isConnectionLoss(await failure(port))).toBe(true);
    server.close();
  });
});
