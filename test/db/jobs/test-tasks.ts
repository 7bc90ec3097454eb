import { z } from 'zod';
import type { Database } from '../../../src/db/database.js';
import { ClipwrightError } from '../../../src/errors/clipwright-error.js';
import { PermanentError } from '../../../src/jobs/permanent-error.js';
import { type TaskRegistry, taskRegistry } from '../../../src/jobs/registry.js';
import type { JobContext, Task } from '../../../src/jobs/task.js';

/** What the tests' tasks leave behind, and what they wait for. */
export const EFFECTS = `
  create table effects (job_id uuid, attempt int, note text, at timestamptz default clock_timestamp());
  create table gates (name text primary key);`;

const gated = z.object({
  /** Waits until this gate is open. */
  gate: z.string().optional(),
  /** Waits on when the signal is aborted. */
  deaf: z.boolean().default(false),
  /** The gate is waited for inside the transaction that ends the job. */
  inside: z.boolean().default(false),
});

const failing = z.object({
  times: z.number(),
  how: z.enum(['throw', 'permanent', 'retryable', 'final', 'return']).default('throw'),
  message: z.string().default('it never will'),
  /** Settling it throws. */
  stubborn: z.boolean().default(false),
});

/** Waits for gates, leaves effects, fails and crashes as its payload says. */
export function testTasks(db: Database): TaskRegistry {
  const note = (context: JobContext, text: string) =>
    context.fenced((tx) =>
      tx.query('insert into effects (job_id, attempt, note) values ($1, $2, $3)', [
        context.jobId,
        context.attempt,
        text,
      ]),
    );
  const opened = async (name: string, signal?: AbortSignal) => {
    for (;;) {
      signal?.throwIfAborted();
      const rows = await db.query('select from gates where name = $1', [name]);
      if (rows.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const settle: NonNullable<Task<unknown>['settle']> = async (tx, _, end) => {
    await tx.query('insert into effects (job_id, note) values ($1, $2)', [
      end.jobId,
      `settled ${end.status}${end.error ? `: ${end.error.code}` : ''}`,
    ]);
  };

  const work: Task<z.infer<typeof gated>> = {
    name: 'work',
    payload: gated as z.ZodType<z.infer<typeof gated>>,
    async run({ gate, deaf, inside }, context) {
      await note(context, 'begun');
      if (gate && !inside) await opened(gate, deaf ? undefined : context.signal);
      await context.succeed(async (tx) => {
        await tx.query('insert into effects (job_id, attempt, note) values ($1, $2, $3)', [
          context.jobId,
          context.attempt,
          'done',
        ]);
        while (
          gate &&
          inside &&
          (await tx.query('select from gates where name = $1', [gate])).length === 0
        ) {
          await tx.query('select pg_sleep(0.01)');
        }
      });
    },
    settle,
  };

  const fail: Task<z.infer<typeof failing>> = {
    name: 'fail',
    payload: failing as z.ZodType<z.infer<typeof failing>>,
    async run({ times, how, message }, context) {
      await note(context, 'begun');
      if (context.attempt <= times) {
        if (how === 'permanent')
          throw new PermanentError('BAD_USER_INPUT', message.replace('NUL', 'a \0 in it'));
        if (how === 'final') throw new ClipwrightError('CONFLICT', 'it is taken');
        if (how === 'retryable') throw new ClipwrightError('UNAVAILABLE', 'not now');
        if (how === 'return') return;
        throw new Error('a secret about the inside');
      }
      await context.succeed(async () => {});
    },
    async settle(tx, payload, end) {
      if (payload.stubborn) await tx.query('select no_such_function()');
      await settle(tx, payload, end);
    },
  };

  const crash: Task<{ times: number }> = {
    name: 'crash',
    payload: z.object({ times: z.number() }),
    async run({ times }, context) {
      await note(context, 'begun');
      if (context.attempt <= times) process.kill(process.pid, 'SIGKILL');
      await context.succeed(async () => {});
    },
    settle,
  };

  return taskRegistry([work, fail, crash], ['work', 'fail', 'crash']);
}
