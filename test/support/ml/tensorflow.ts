import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { build } from 'esbuild';

/**
 * The gradients are a part of every package of TensorFlow.js but the bare core, which has them in a form that Node does
 * not load. They register themselves with the one engine of the process.
 */
async function registerGradients(): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  const { outputFiles } = await build({
    entryPoints: [resolve('@tensorflow/tfjs-core/dist/register_all_gradients.js')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  const code = Buffer.from(outputFiles[0]!.contents).toString('base64');
  await import(`data:text/javascript;base64,${code}`);
}

await registerGradients();
// Without its advice to install the native package.
tf.enableProdMode();
await tf.setBackend('cpu');

/** TensorFlow.js on its plain JavaScript backend: slow, and everywhere. */
export { tf };
