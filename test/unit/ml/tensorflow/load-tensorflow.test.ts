import { describe, expect, it } from 'vitest';
import { findTensorFlow, loadTensorFlow } from '../../../../src/ml/tensorflow/load-tensorflow.js';
import { tf } from '../../../support/ml/tensorflow.js';

describe('the package of TensorFlow.js', () => {
  it('is the first that is installed', () => {
    const packages = ['@tensorflow/none', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'];
    expect(findTensorFlow(packages)).toBe('@tensorflow/tfjs-core');
  });

  it('is asked for by the command that installs it', () => {
    expect(() => findTensorFlow(['@tensorflow/none'])).toThrow(
      expect.objectContaining({
        code: 'NOT_INSTALLED',
        message: expect.stringMatching(/@tensorflow\/none.*`npm run setup:tensorflow`/),
      }),
    );
  });

  it('gives the module, ready to compute', async () => {
    const loaded = await loadTensorFlow(['@tensorflow/tfjs-core']);
    expect(loaded.add).toBe(tf.add);
    expect(loaded.add(1, 2).dataSync()[0]).toBe(3);
  });

  it('is to be installed again where it does not load', async () => {
    // A package of types, which holds nothing to run.
    await expect(loadTensorFlow(['typescript/package.json'])).rejects.toMatchObject({
      code: 'NOT_INSTALLED',
      message: expect.stringContaining('`npm run setup:tensorflow` again'),
    });
  });
});
