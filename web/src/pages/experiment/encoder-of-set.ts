import type { EncoderOfSetFragment } from './experiment.generated.ts';

/** As tables name a value of the axis of encoders. */
export function encoderOfSet({ encoder, precision }: EncoderOfSetFragment): string {
  return precision === 'FP32' ? encoder.name : `${encoder.name} (${precision})`;
}
