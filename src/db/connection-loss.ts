import { driverCode } from '../errors/driver-code.js';

/**
 * Whether an error says that the database could not be reached or dropped the connection: the statement may be
 * repeated once the database is back. What was under way is either wholly done or wholly undone, and which of the two
 * is not known: callers look at the database again.
 */
export function isConnectionLoss(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    const { syscall, clientVersion } = cause as Error & {
      syscall?: unknown;
      clientVersion?: unknown;
    };
    const code = driverCode(cause);
    if (typeof code === 'string') {
      // 08: connection exceptions, but for 08P01, a statement that we put together wrongly; 57P01..05: shut down, crashed, starting, dropped, idle; 53300: no slot free;
      // 25P03: ended for staying idle in a transaction (https://www.postgresql.org/docs/current/errcodes-appendix.html)
      if (/^(08(?!P01)...|57P0[1-5]|53300|25P03)$/.test(code)) return true;
      if (/^P(1001|1002|1008|1017)$/.test(code)) return true; // Prisma's words for the same
      if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(code)) return true;
      // Prisma, whose errors alone name its version, opens nothing but connections, and drops what was called.
      const isConnecting = syscall === 'connect' || clientVersion !== undefined;
      if (['ENOENT', 'ETIMEDOUT', 'EHOSTUNREACH'].includes(code) && isConnecting) return true;
    }
    // pg reports a socket that closed under it without a code.
    if (
      /^Connection terminated|connection error and is not queryable|^timeout exceeded when trying to connect/.test(
        cause.message,
      )
    ) {
      return true;
    }
    cause = cause.cause;
  }
  return false;
}
