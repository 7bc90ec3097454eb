import type { Precision } from '../db/enums.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { type EncoderVariant, inVariant } from '../ml/clip/encoder-variant.js';
import type { Drift } from '../ml/clip/measure-drift.js';
import { withPreprocessing } from '../ml/clip/preprocessing.js';
import type { TokenShapes } from '../ml/nn/token-shape.js';
import { type EncoderSource, requireEncoder, type UsableEncoder } from './encoder-source.js';
import { withTokens } from './encoder-tokens.js';
import { hasTokens } from './pack-format.js';
import { isWorthwhile, requireVariant } from './precision-gate.js';
import { canonicalJson } from './run-manifest.js';

/** What may be asked for. AUTO: INT8 on the CPU, FP16 on a GPU, where it is near enough to FP32 and faster on this machine; else FP32. */
export type PrecisionChoice = Precision | 'AUTO';

/**
 * The encoder with the towers of the precision that was asked for, ready to be used. The first time that one is asked for takes
 * seconds, and some of them more for large encoders.
 * @throws NOT_FOUND, BAD_USER_INPUT, PRECISION_DRIFTS
 */
export async function chooseEncoder(
  encoders: EncoderSource,
  id: string,
  precision: PrecisionChoice,
): Promise<UsableEncoder> {
  const encoder = await requireEncoder(encoders, id);
  if (precision === 'FP32') return encoder;
  if (precision === 'AUTO') return chooseByItself(encoders, encoder);
  const candidates = encoder.variants.filter((each) => each.precision === precision);
  const { best, refusal } = await bestVariant(encoders, encoder, candidates);
  if (best) return withVariant(encoder, best.variant);
  if (refusal) throw refusal;
  const there = ['FP32', ...new Set(encoder.variants.map((each) => each.precision))].join(', ');
  throw badUserInput(
    `expected one of ${there} for \`precision\` but received ${precision}: the encoder ${id} has no such files. ` +
      '`downloadEncoder` fetches them where its `precisions` says CATALOGUE.',
  );
}

/** What speaks against one variant and not against another: its files, or what comes out of them. */
const UNUSABLE: readonly string[] = [
  'PRECISION_DRIFTS',
  'ENCODER_UNSUPPORTED',
  'ENCODER_FILE_INVALID',
];

async function chooseByItself(
  encoders: EncoderSource,
  encoder: UsableEncoder,
): Promise<UsableEncoder> {
  const faster = (await encoders.device()) === 'cpu' ? 'INT8' : 'FP16';
  const candidates = encoder.variants.filter((each) => each.precision === faster);
  const { best } = await bestVariant(encoders, encoder, candidates);
  return best && isWorthwhile(best.drift) ? withVariant(encoder, best.variant) : encoder;
}

/**
 * The first that is near enough to FP32 and faster than it, or else the first that is near enough. Exports with unsigned
 * weights, as those of transformers.js are for CLIP, are no faster than FP32 on a CPU with VNNI (docs/decisions/0017-precisions.md).
 * @returns what spoke against the first, where none can be used
 */
async function bestVariant(
  encoders: EncoderSource,
  encoder: UsableEncoder,
  candidates: readonly EncoderVariant[],
): Promise<{ best?: { variant: EncoderVariant; drift: Drift }; refusal?: ClipwrightError }> {
  let near: { variant: EncoderVariant; drift: Drift } | undefined;
  let refusal: ClipwrightError | undefined;
  for (const variant of candidates) {
    try {
      const found = { variant, drift: await requireVariant(encoders, encoder, variant) };
      if (isWorthwhile(found.drift)) return { best: found };
      near ??= found;
    } catch (error) {
      if (!(error instanceof ClipwrightError) || !UNUSABLE.includes(error.code)) throw error;
      refusal ??= error;
    }
  }
  return { ...(near && { best: near }), ...(refusal && { refusal }) };
}

/** What tells one embedding space of an encoder from another. */
export interface SpaceOfEncoder {
  readonly precision: Precision;
  readonly revision: string;
  readonly preprocessing: string;
  /** what is kept beside an embedding; left out or empty: nothing */
  readonly tokens?: TokenShapes | undefined;
}

/**
 * The encoder as vectors were made with it, ready to be used, or undefined where its files have changed since.
 * @throws PRECISION_DRIFTS
 */
export async function encoderAsOf(
  encoders: EncoderSource,
  encoder: UsableEncoder,
  space: SpaceOfEncoder,
): Promise<UsableEncoder | undefined> {
  const found = await inPrecision(encoders, encoder, space);
  if (!found || !hasTokens(space)) return found;
  const { description } = found;
  // Which tokens are kept may be decided otherwise some day.
  if (canonicalJson(description.tokenShapes) !== canonicalJson(space.tokens)) return undefined;
  return withTokens(found);
}

async function inPrecision(
  encoders: EncoderSource,
  encoder: UsableEncoder,
  { precision, revision, preprocessing }: SpaceOfEncoder,
): Promise<UsableEncoder | undefined> {
  const { variants } = encoder;
  const description = withPreprocessing(encoder.description, preprocessing);
  if (!description) return undefined;
  const asThen = { ...encoder, description };
  if (precision === 'FP32') return description.revision === revision ? asThen : undefined;
  const variant = variants.find(
    (each) => each.precision === precision && each.revision === revision,
  );
  if (!variant) return undefined;
  await requireVariant(encoders, encoder, variant);
  return withVariant(asThen, variant);
}

function withVariant(encoder: UsableEncoder, variant: EncoderVariant): UsableEncoder {
  return { ...encoder, description: inVariant(encoder.description, variant) };
}
