import { z } from 'zod';
import { type RunAddEncoderDeps, runAddEncoder } from '../../services/run-add-encoder.js';
import type { Settler } from '../registry.js';
import type { Task } from '../task.js';

/** `directory` is checked against the import roots again before anything is read. */
const payload = z.object({
  encoderId: z.string(),
  directory: z.string(),
  /** Written by an attempt that was about to put it in its place. */
  revision: z.string().optional(),
  /** Written at its end: which files are of no use, and why. */
  leftOut: z.array(z.string()).optional(),
});

type Payload = z.infer<typeof payload>;

/** Nothing waits for it. */
export const addEncoderSettler: Settler<Payload> = { name: 'add-encoder', payload };

export function addEncoderTask(deps: RunAddEncoderDeps): Task<Payload> {
  return {
    ...addEncoderSettler,
    run: (addition, context) => runAddEncoder(deps, addition, context),
  };
}
