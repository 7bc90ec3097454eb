import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { EncoderDescription } from '../clip/encoder-description.js';
import { InferProcess } from './infer-process.js';

/** A graph that was exported for one item takes no batch. */
const IMAGES = 2;

/**
 * Opens both towers of an encoder and embeds two images and two texts, one of them as long as its context, with their tokens where
 * the towers give some. In a process that ends with it: a graph may ask for any memory, and nothing of it stays loaded.
 * @throws ENCODER_FILE_INVALID, ENCODER_UNSUPPORTED, PROCESS_DIED, PROCESS_TIMEOUT: which file does not do what was expected of it
 */
export async function tryEncoder(encoder: EncoderDescription, signal: AbortSignal): Promise<void> {
  const infer = new InferProcess({ processes: 1, threads: 1 });
  const { width, height } = encoder.image.geometry.crop;
  const { contextLength } = encoder.text;
  // Whatever may ever be asked of them; and so each tower is opened once, as it was exported.
  const whole: EncoderDescription = { ...encoder, withTokens: true };
  const levels = Uint8Array.from({ length: IMAGES * height * width * 3 }, (_, i) => (i * 31) % 256);
  const texts = ['photo', 'photo '.repeat(contextLength)];
  const attempt = async (file: string, what: string, embedding: Promise<unknown>) => {
    await embedding.catch((error: unknown) => {
      signal.throwIfAborted();
      throw explained(error, `${file}: expected it to embed ${what}`, encoder.directory);
    });
  };
  try {
    await attempt(
      encoder.towers.vision,
      `images of ${width} x ${height} pixels, which config.json and preprocessor_config.json say`,
      infer.embedImages(whole, levels, IMAGES, { signal }),
    );
    await attempt(
      encoder.towers.text,
      `texts of up to ${contextLength} tokens of tokenizer.json, as config.json says`,
      infer.embedTexts(whole, texts, { signal }),
    );
  } finally {
    await infer.close();
  }
}

/** Whatever ends an embedding, as what is wrong with the encoder's files; but for processes that cannot be started at all. */
function explained(thrown: unknown, expected: string, directory: string): unknown {
  const code = thrown instanceof ClipwrightError ? thrown.code : 'ENCODER_FILE_INVALID';
  if (code === 'PROCESS_START_FAILED' || code === 'PROCESS_CLOSED') return thrown;
  // ONNX Runtime names files with their folders, which are no client's business.
  const reason = (thrown as Error).message.replaceAll(`${directory}/`, '').slice(0, 500);
  // The encoder's own errors say which file they are about.
  const isOfFile = thrown instanceof ClipwrightError && code.startsWith('ENCODER_');
  const ofFile = code === 'EMBEDDING_NOT_FINITE' ? 'ENCODER_FILE_INVALID' : code;
  return new ClipwrightError(ofFile, isOfFile ? reason : `${expected}, but ${reason}`, false);
}
