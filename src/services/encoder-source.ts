import { ClipwrightError } from '../errors/clipwright-error.js';
import type { EncoderDescription } from '../ml/clip/encoder-description.js';
import type { EncoderVariant } from '../ml/clip/encoder-variant.js';
import type { Drift } from '../ml/clip/measure-drift.js';
import type { Device } from '../ml/runtime/device.js';

/** An encoder that can be used now. */
export interface UsableEncoder {
  /** 'clipwright/clip-mini', … */
  readonly id: string;
  readonly name: string;
  readonly status: 'BUILT_IN' | 'READY';
  readonly license: string | null;
  readonly description: EncoderDescription;
  /** what it has in other precisions than FP32; of one precision the better first */
  readonly variants: readonly EncoderVariant[];
}

export interface EncoderSource {
  /** Where encoders in FP32 and FP16 run. */
  device(): Promise<Device>;
  list(): Promise<UsableEncoder[]>;
  get(id: string): Promise<UsableEncoder | undefined>;
  /** Makes a variant's towers where they have to be made, and compares it with FP32 on this device; of both only what has not been done yet. */
  prepare(encoder: UsableEncoder, variant: EncoderVariant): Promise<Drift>;
}

/** @throws NOT_FOUND */
export async function requireEncoder(encoders: EncoderSource, id: string): Promise<UsableEncoder> {
  const encoder = await encoders.get(id);
  if (encoder) return encoder;
  throw new ClipwrightError(
    'NOT_FOUND',
    `There is no encoder ${JSON.stringify(id.slice(0, 200))}. Ask \`encoders\` for those there are; \`downloadEncoder\` gets one that is AVAILABLE.`,
  );
}
