import { ClipwrightError } from '../errors/clipwright-error.js';
import { MAX_JSON_BYTES } from '../ml/clip/encoder-files.js';

const GIB = 1024 ** 3;
/** No encoder comes near; neither the hub nor a folder can fill the disk. */
const MAX_FILE_BYTES = 16 * GIB;
const MAX_TOTAL_BYTES = 32 * GIB;

export interface SizedFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** @returns the bytes of all @throws ENCODER_UNSUPPORTED where a file, or all together, are larger than any encoder */
export function checkEncoderSizes(files: readonly SizedFile[]): number {
  const json = files.find(({ path, size }) => path.endsWith('.json') && size > MAX_JSON_BYTES);
  if (json) {
    throw new ClipwrightError(
      'ENCODER_UNSUPPORTED',
      `expected at most ${MAX_JSON_BYTES} bytes in ${json.path} but it has ${json.size}`,
    );
  }
  const largest = files.reduce((a, b) => (b.size > a.size ? b : a));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (largest.size <= MAX_FILE_BYTES && total <= MAX_TOTAL_BYTES) return total;
  throw new ClipwrightError(
    'ENCODER_UNSUPPORTED',
    `expected at most ${MAX_FILE_BYTES / GIB} GiB in a file and ${MAX_TOTAL_BYTES / GIB} GiB in all, but ` +
      `${largest.path} has ${largest.size} bytes, and all have ${total}`,
  );
}

/** '12.3 of 605.1 MB'. */
export function megabytesOf(done: number, total: number): string {
  return `${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`;
}
