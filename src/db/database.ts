import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client.js';
import type { Sql, Tx } from './sql.js';

/** For ordinary queries: seldom, small, and by one table. */
export type Ordinary = Pick<Database, 'prisma'>;

/**
 * The one door to PostgreSQL: a pool for hand-written SQL and Prisma for ordinary queries, on the same driver.
 *
 * Open from `open` until `close`. A connection that the server drops is replaced by the pool at the next query; the
 * query that was under way fails, and callers decide whether to repeat it.
 */
export class Database implements Sql {
  readonly prisma: PrismaClient;

  private constructor(
    readonly pool: pg.Pool,
    readonly url: string,
  ) {
    this.prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  }

  /** @param connections upper bound of the pool, shared by hand-written SQL and Prisma */
  static open(
    url: string,
    options: { connections?: number; onError?: (error: Error) => void } = {},
  ): Database {
    const pool = new pg.Pool({ connectionString: url, max: options.connections ?? 10 });
    // An idle connection that breaks is reported here; without a listener it would end the process.
    pool.on('error', (error) => options.onError?.(error));
    // One that breaks in somebody's hands fails the query under way, or the next one, and emits an error besides: maybe
    // before whoever asked for it has got it, where the server's last word comes with its first.
    pool.on('connect', (client) => client.on('error', () => {}));
    return new Database(pool, url);
  }

  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const result = await this.pool.query<Row>(text, values as unknown[]);
    return result.rows;
  }

  /** Runs `work` in one transaction; rolls back when it throws. */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await work({
        inTransaction: true,
        query: async <Row extends pg.QueryResultRow>(
          text: string,
          values: readonly unknown[] = [],
        ) => (await client.query<Row>(text, values as unknown[])).rows,
      });
      const { command } = await client.query('commit');
      // A transaction in which some statement failed is rolled back by `commit`, without an error.
      if (command !== 'COMMIT')
        throw new Error('a failed statement was passed over: nothing was committed');
      return result;
    } catch (error) {
      await client.query('rollback').catch((rollback: Error) => {
        broken = rollback;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }
}
