import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { Modality } from '../nn/modality.js';
import { encoderFileNames, lackTokens } from './describe-encoder.js';
import { ENCODER_FILES, type EncoderDescription, type TowerFiles } from './encoder-description.js';
import { EncoderFiles } from './encoder-files.js';
import { without } from './kept-tokens.js';
import type { Drift } from './measure-drift.js';
import type { Precision } from './precision.js';

/** An encoder's towers in other numbers than FP32. */
export interface EncoderVariant {
  readonly precision: Exclude<Precision, 'FP32'>;
  /** FILE: in the encoder's folder. QUANTISED: made here of FP32, at first use. */
  readonly source: 'FILE' | 'QUANTISED';
  /** SHA-256 over the files that take part in an embedding, or over what they are made from. */
  readonly revision: string;
  /** Null where they have not been made yet. */
  readonly sizeBytes: number | null;
  /** As it was measured at first use; null before. */
  readonly drift: Drift | null;
  readonly towers: TowerFiles;
  /** The modalities of towers that were exported without tokens, where FP32 has them. */
  readonly lackTokens: readonly Modality[];
}

/** Two files of an encoder's folder that are its towers in a precision. */
export interface TowerPair {
  readonly precision: EncoderVariant['precision'];
  readonly towers: TowerFiles;
}

/** How Hugging Face's exports end the names of such towers, the better first: transformers.js's `int8` and `q8`. */
const ENDINGS: Readonly<Record<EncoderVariant['precision'], readonly string[]>> = {
  FP16: ['_fp16'],
  INT8: ['_int8', '_quantized'],
};

/** The pairs of files that may be an encoder's towers in a precision, below its folder; the better first. */
function variantTowers(precision: EncoderVariant['precision']): TowerFiles[] {
  return ENDINGS[precision].map((ending) => ({
    vision: ENCODER_FILES.vision.replace(/\.onnx$/, `${ending}.onnx`),
    text: ENCODER_FILES.text.replace(/\.onnx$/, `${ending}.onnx`),
  }));
}

const PAIRS: readonly TowerPair[] = (['FP16', 'INT8'] as const).flatMap((precision) =>
  variantTowers(precision).map((towers) => ({ precision, towers })),
);

/** Every file that may hold another precision; of external weights too. */
export function variantFileNames(): string[] {
  return PAIRS.flatMap(({ towers }) => filesOfTowers(towers));
}

/** With external weights, which they need not have. */
export function filesOfTowers({ vision, text }: TowerFiles): string[] {
  return [vision, text, `${vision}_data`, `${text}_data`];
}

/** Those of a folder that are complete; of one precision the better first. */
export async function towerPairs(directory: string): Promise<TowerPair[]> {
  const files = await EncoderFiles.open(directory);
  const found: TowerPair[] = [];
  for (const pair of PAIRS) {
    const { vision, text } = pair.towers;
    if ((await files.size(vision)) !== null && (await files.size(text)) !== null) found.push(pair);
  }
  return found;
}

/**
 * What an encoder's folder has besides FP32: of each precision the first complete pair of towers.
 * @param onFaulty hears of pairs that are no sound towers; the encoder can be used all the same
 */
export async function findVariants(
  directory: string,
  onFaulty: (error: ClipwrightError) => void,
): Promise<EncoderVariant[]> {
  const found: EncoderVariant[] = [];
  for (const pair of await towerPairs(directory)) {
    if (found.some(({ precision }) => precision === pair.precision)) continue;
    try {
      found.push(await describeVariant(directory, pair));
    } catch (error) {
      if (!(error instanceof ClipwrightError)) throw error;
      onFaulty(error);
    }
  }
  return found;
}

/** The encoder with the variant's towers. */
export function inVariant(
  encoder: EncoderDescription,
  { precision, source, revision, sizeBytes, towers, lackTokens }: EncoderVariant,
): EncoderDescription {
  // Where and in how many processes it runs does not change once it has been made.
  const size = source === 'FILE' ? (sizeBytes ?? 0) : encoder.sizeBytes;
  const tokenShapes = without(encoder.tokenShapes, lackTokens);
  return { ...encoder, precision, revision, sizeBytes: size, towers, tokenShapes };
}

/** @throws ENCODER_FILE_MISSING, ENCODER_FILE_INVALID, ENCODER_UNSUPPORTED */
export async function describeVariant(
  directory: string,
  { precision, towers }: TowerPair,
): Promise<EncoderVariant> {
  const files = await EncoderFiles.open(directory);
  const lacking = await lackTokens(files, towers);
  const names = await encoderFileNames(files, towers);
  let sizeBytes = 0;
  for (const name of names) sizeBytes += await files.require(name);
  const revision = await files.digest(names);
  return {
    precision,
    source: 'FILE',
    revision,
    sizeBytes,
    drift: null,
    towers,
    lackTokens: lacking,
  };
}
