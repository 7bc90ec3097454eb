import { ClipwrightError } from '../../errors/clipwright-error.js';

/** Training that left the finite numbers; the checkpoint of the epoch before is still good. */
export class DivergedError extends ClipwrightError {
  constructor(
    readonly epoch: number,
    /** Within the epoch, from 1; null: found after its last step. */
    readonly step: number | null,
    what: string,
  ) {
    const place = step === null ? `after epoch ${epoch}` : `in epoch ${epoch}, step ${step}`;
    super(
      'TRAINING_DIVERGED',
      `${what} is not a finite number ${place}; try a smaller \`optimizer.learningRate\`, WARMUP_COSINE for ` +
        '`optimizer.schedule` or an `optimizer.clipNorm` of 1, and check the embeddings for missing values',
    );
  }
}
