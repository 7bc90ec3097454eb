import { createRequire } from 'node:module';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { TensorFlow } from './tensorflow.js';

/** The first that is installed is used. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

const require = createRequire(import.meta.url);

/**
 * The name of the installed package, without loading it.
 * @throws NOT_INSTALLED
 */
export function findTensorFlow(packages: readonly string[] = PACKAGES): string {
  const found = packages.find(isInstalled);
  if (found) return found;
  throw new ClipwrightError(
    'NOT_INSTALLED',
    `\`CLIPWRIGHT_ENGINE\` is \`tensorflow\`, which needs ${packages.join(' or ')}: run ` +
      '`npm run setup:tensorflow`, or set `CLIPWRIGHT_ENGINE` to `onnxruntime`',
  );
}

/**
 * Loads the package and starts its backend, once per process.
 * @throws NOT_INSTALLED where it is not there, or lacks its native library
 */
export async function loadTensorFlow(packages?: readonly string[]): Promise<TensorFlow> {
  const name = findTensorFlow(packages);
  restoreTypeChecks();
  try {
    const { default: tf } = (await import(name)) as { default: TensorFlow };
    await tf.ready();
    return tf;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClipwrightError(
      'NOT_INSTALLED',
      `${name} does not load: run \`npm run setup:tensorflow\` again (${reason})`,
    );
  }
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * tfjs-node 4.22 calls functions that Node 23 has removed (github.com/tensorflow/tfjs/issues/8609). TODO: remove with the
 * first release that has pull request 8425.
 */
function restoreTypeChecks(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === undefined || value === null;
  util.isArray ??= Array.isArray;
}
