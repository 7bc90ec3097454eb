import type { z } from 'zod';
import type { Tx } from '../db/sql.js';

/** What a task may do about the job that it works on. Every write is fenced: it throws `LostJobError` (jobs/lost-job.ts)
 *  when the job was cancelled or handed to another attempt meanwhile. */
export interface JobContext {
  readonly jobId: string;
  readonly attempt: number;
  /** Aborted when the job is cancelled, lost to another attempt, or the worker stops. */
  readonly signal: AbortSignal;
  /** Writes one event with status RUNNING. At most 5 a second go out; what comes faster is merged into the next. */
  progress(update: { progress: number; etaSeconds?: number; message?: string }): Promise<void>;
  /** A transaction that holds the job's row and has checked that this attempt still owns it. It does not nest, and ends
   *  with an error when 15 s pass in it between two statements. */
  fenced<T>(write: (tx: Tx) => Promise<T>): Promise<T>;
  /** The last thing a task does: `write` and the event SUCCEEDED commit together. */
  succeed(write: (tx: Tx) => Promise<void>): Promise<void>;
}

/** A kind of background work. Tasks are idempotent: a second attempt starts from what the first one committed. */
export interface Task<Payload> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  run(payload: Payload, context: JobContext): Promise<void>;
  /** Runs in the transaction that ends the job without success, wherever that happens (cancel, last failure). */
  settle?(
    tx: Tx,
    payload: Payload,
    end: {
      jobId: string;
      status: 'FAILED' | 'CANCELLED';
      error?: { code: string; message: string };
    },
  ): Promise<void>;
}
