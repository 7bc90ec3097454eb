import { Kind, type OperationDefinitionNode } from 'graphql';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { countJobsByStatus } from '../db/jobs.read.queries.js';
import type { Sql } from '../db/sql.js';

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

type Transport = 'http' | 'websocket';

/** What /metrics tells, in a registry of its own, so that two servers in one process do not meet. */
export class Metrics {
  readonly registry = new Registry();
  readonly #http: Histogram<'method' | 'route' | 'status'>;
  readonly #operations: Histogram<'type' | 'field' | 'transport' | 'code'>;
  readonly #refused: Counter<'transport'>;
  readonly sockets: Gauge;

  constructor(db: Sql) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#http = new Histogram({
      name: 'clipwright_http_request_duration_seconds',
      help: 'Time to answer an HTTP request.',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers,
    });
    this.#operations = new Histogram({
      name: 'clipwright_graphql_operation_duration_seconds',
      help: 'Time to execute a query or mutation, by its first field and the code of its first error.',
      labelNames: ['type', 'field', 'transport', 'code'],
      buckets: SECONDS,
      registers,
    });
    this.#refused = new Counter({
      name: 'clipwright_graphql_refused_total',
      help: 'Operations refused before execution.',
      labelNames: ['transport'],
      registers,
    });
    this.sockets = new Gauge({
      name: 'clipwright_websockets',
      help: 'Open sockets.',
      registers,
    });
    new Gauge({
      name: 'clipwright_jobs',
      help: 'Jobs by status.',
      labelNames: ['status'],
      registers,
      async collect() {
        const rows = await countJobsByStatus(db);
        this.reset();
        for (const { status, count } of rows) this.set({ status }, count);
      },
    });
  }

  httpAnswered(method: string, route: string, status: number, seconds: number): void {
    this.#http.observe({ method, route, status: String(status) }, seconds);
  }

  refused(transport: Transport): void {
    this.#refused.inc({ transport });
  }

  /** @returns what to call when the operation has ended */
  operationStarted(): (
    transport: Transport,
    operation: OperationDefinitionNode | undefined,
    code: unknown,
  ) => void {
    const start = performance.now();
    return (transport, operation, code) => {
      // The document is valid by now, so the field is one of the schema's: a client cannot invent labels.
      const field = operation?.selectionSet.selections.find((each) => each.kind === Kind.FIELD);
      this.#operations.observe(
        {
          type: operation?.operation ?? 'unknown',
          field: operation && field?.kind === Kind.FIELD ? field.name.value : 'fragment',
          transport,
          code: typeof code === 'string' ? code : 'OK',
        },
        (performance.now() - start) / 1000,
      );
    };
  }

  close(): void {
    this.registry.clear();
  }
}
