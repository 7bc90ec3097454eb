import { readFileSync } from 'node:fs';

export interface TorchLosses {
  statistics: { positives: number[]; negatives: number[] };
  /** `[4, 4]`, as are the targets of each batch. */
  logits: number[];
  targets: Record<string, number[]>;
  cases: {
    config: { kind: string };
    batch: string;
    /** The loss of every sample and label, of every sample, or of the batch; `gradient` is that of their mean. */
    each: number[];
    gradient: number[];
  }[];
}

/** Recorded by tools/fixtures/torch_losses.py. */
export const torchLosses = JSON.parse(
  readFileSync(new URL('../../fixtures/torch/losses.json', import.meta.url), 'utf8'),
) as TorchLosses;
