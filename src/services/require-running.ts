import { ClipwrightError } from '../errors/clipwright-error.js';
import type { JobContext } from '../jobs/task.js';
import type { EncoderDescription } from '../ml/clip/encoder-description.js';

/** Embeds something by an encoder in a process of its own (ml/processes/try-encoder.ts). */
export type TryEncoder = (encoder: EncoderDescription, signal: AbortSignal) => Promise<void>;

/**
 * Sees to it that an encoder embeds before it is put where others find it: what its files say of themselves may not be so.
 * @param remedy what to do about files that do not do what was expected of them
 */
export async function requireRunning(
  tryEncoder: TryEncoder,
  encoder: EncoderDescription,
  context: Pick<JobContext, 'progress' | 'signal'>,
  remedy: string,
): Promise<void> {
  await context.progress({ progress: 1, message: 'opening its towers' });
  try {
    await tryEncoder(encoder, context.signal);
  } catch (error) {
    if (!(error instanceof ClipwrightError) || error.retryable) throw error;
    const what = error.message.trimEnd().replace(/\.$/, '');
    throw new ClipwrightError(error.code, `${what}. ${remedy}`, false);
  }
}

/** Whether other files would be needed, and not another machine or another moment. */
export function isFaultOfFiles(error: unknown): boolean {
  return error instanceof ClipwrightError && error.code.startsWith('ENCODER_');
}
