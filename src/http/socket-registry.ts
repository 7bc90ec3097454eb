import type { WebSocket } from 'ws';
import type { Viewer } from '../resolvers/context.js';
import type { Limits } from './limits.js';

/** One socket, from the upgrade to its end. */
export interface Connection {
  readonly socket: WebSocket;
  viewer: Viewer | null;
  /** Operations under way; none before the socket has said who it is. */
  operations: () => number;
}

const FORBIDDEN = 4403;
const TOO_MANY = 4429;

/** All open sockets by token: who may open one more, and who must go because their token does. */
export class SocketRegistry {
  readonly #byToken = new Map<string, Set<Connection>>();
  #anonymous = 0;

  constructor(private readonly limits: Limits) {}

  /** @returns false, the socket closed, where too many wait to say who they are */
  opened(connection: Connection): boolean {
    if (this.#anonymous >= this.limits.anonymousSockets) {
      connection.socket.close(TOO_MANY, 'Too many connections: try again later');
      return false;
    }
    this.#anonymous += 1;
    return true;
  }

  /** @returns false, the socket closed, where the token has too many */
  identified(connection: Connection, viewer: Viewer): boolean {
    const sockets = this.#byToken.get(viewer.tokenId) ?? new Set();
    if (sockets.size >= this.limits.socketsPerToken) {
      connection.socket.close(TOO_MANY, 'Too many sockets for this token: close others first');
      return false;
    }
    this.#anonymous -= 1;
    connection.viewer = viewer;
    this.#byToken.set(viewer.tokenId, sockets.add(connection));
    return true;
  }

  closed(connection: Connection): void {
    if (!connection.viewer) {
      this.#anonymous -= 1;
      return;
    }
    const sockets = this.#byToken.get(connection.viewer.tokenId);
    sockets?.delete(connection);
    if (sockets?.size === 0) this.#byToken.delete(connection.viewer.tokenId);
  }

  /** Operations under way on all sockets of a token. */
  operations(tokenId: string): number {
    let count = 0;
    for (const connection of this.#byToken.get(tokenId) ?? []) count += connection.operations();
    return count;
  }

  tokens(): string[] {
    return [...this.#byToken.keys()];
  }

  /** Ends the sockets of a token that has expired or was revoked, and with them their subscriptions. */
  dismiss(tokenId: string): void {
    for (const { socket } of this.#byToken.get(tokenId) ?? []) {
      socket.close(FORBIDDEN, 'The token has expired or was revoked');
      setTimeout(() => socket.terminate(), 1000).unref();
    }
  }
}
