import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { PredictInput } from '../schema/predict.input.js';
import type { Context, PredictionInput } from './context.js';

const MAX_TEXT = 20_000;

/** Checks what a client sent and decodes its base64. */
export function predictionInputs(
  inputs: readonly PredictInput[],
  context: Pick<Context, 'transport' | 'limits'>,
): PredictionInput[] {
  const most = context.limits.predictInputs;
  if (inputs.length === 0 || inputs.length > most) {
    throw badUserInput(
      `expected 1 to ${most} entries for \`inputs\` but received ${inputs.length}`,
    );
  }
  return inputs.map((input, index) => one(input, `inputs[${index}]`, context));
}

function one(
  input: PredictInput,
  at: string,
  context: Pick<Context, 'transport' | 'limits'>,
): PredictionInput {
  const text = input.text ?? null;
  if (text !== null && text.length > MAX_TEXT) {
    throw badUserInput(`expected at most ${MAX_TEXT} characters for \`${at}.text\``);
  }
  const image = input.image ? imageOf(input.image, `${at}.image`, context) : null;
  if (text === null && image === null) {
    throw badUserInput(`expected \`text\`, \`image\` or both in \`${at}\` but received neither`);
  }
  return { key: input.key ?? null, text, image };
}

/** Checks what a client sent and decodes its base64. */
export function imageOf(
  image: NonNullable<PredictInput['image']>,
  at: string,
  { transport, limits }: Pick<Context, 'transport' | 'limits'>,
): PredictionInput['image'] {
  const base64 = image.base64 ?? null;
  const sampleId = image.sampleId ?? null;
  const uploadId = image.uploadId ?? null;
  if ([base64, sampleId, uploadId].filter((each) => each !== null).length !== 1) {
    throw badUserInput(
      `expected exactly one of \`base64\`, \`sampleId\` and \`uploadId\` in \`${at}\``,
    );
  }
  if (sampleId !== null) return { sampleId };
  if (uploadId !== null) return { uploadId };
  if (transport === 'websocket') {
    throw badUserInput(
      `\`${at}.base64\` goes over HTTP only: send this query by POST, or use \`sampleId\` or \`uploadId\``,
    );
  }
  return { bytes: decode(base64!, `${at}.base64`, limits.imageBytes) };
}

function decode(base64: string, at: string, mostBytes: number): Buffer {
  if (base64.length > Math.ceil(mostBytes / 3) * 4) {
    throw new ClipwrightError(
      'PAYLOAD_TOO_LARGE',
      `expected at most ${mostBytes} bytes for the image in \`${at}\`: send a smaller one`,
    );
  }
  const bytes = Buffer.from(base64, 'base64');
  // Node skips what is no base64; a string that lost something on the way must not pass as another image.
  const digits = base64.replace(/=+$/, '').length;
  if (bytes.length === 0 || bytes.length !== Math.floor((digits * 3) / 4)) {
    throw badUserInput(
      `expected the bytes of an image in base64 for \`${at}\`, without a data: prefix`,
    );
  }
  return bytes;
}
