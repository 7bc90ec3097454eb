import { delimiter, join } from 'node:path';
import { npm } from './install.mjs';
import { ROOT } from './root.mjs';
import { runProgram as run } from './run-program.mjs';

const VERSION = '4.22.0';

/** Each with its own install script, which fetches the native library; npm does not run such scripts here. */
const KINDS = {
  gpu: { name: '@tensorflow/tfjs-node-gpu', script: ['scripts/install.js', 'gpu', 'download'] },
  cpu: { name: '@tensorflow/tfjs-node', script: ['scripts/install.js'] },
};

/** Fails where the native library does not load. */
const TRIAL = `
  const tf = require(process.argv[1]);
  tf.add(1, 2).dataSync();
  console.log('TensorFlow.js ' + tf.version.tfjs + ' computes: CLIPWRIGHT_ENGINE=tensorflow npm start');
`;

/**
 * TensorFlow.js with its native library, for CLIPWRIGHT_ENGINE=tensorflow: hundreds of megabytes from the npm registry and
 * from storage.googleapis.com, so only where somebody asks for them. No lock file has the package: when `npm ci` installs
 * anew, for another version of Clipwright, it is gone and has to be asked for again.
 * @returns whether it computes; what went wrong has been printed
 */
export function installTensorFlow([kind = 'gpu']) {
  const chosen = KINDS[kind];
  if (!chosen) {
    console.error(`expected one of ${Object.keys(KINDS).join(', ')} but received ${kind}`);
    return false;
  }
  const { name, script } = chosen;
  // The script calls the programs of other packages.
  const bin = join(ROOT, 'node_modules/.bin');
  process.env.PATH = `${bin}${delimiter}${process.env.PATH}`;
  return (
    run(ROOT, [...npm(), 'install', '--no-save', '--ignore-scripts', `${name}@${VERSION}`]) &&
    run(join(ROOT, 'node_modules', name), [process.execPath, ...script]) &&
    run(ROOT, [process.execPath, '-e', TRIAL, name])
  );
}
