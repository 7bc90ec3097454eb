import { join } from 'node:path';
import { ROOT } from './root.mjs';
import { runProgram } from './run-program.mjs';

/**
 * What onnxruntime-node needs for CLIPWRIGHT_DEVICE=cuda: hundreds of megabytes from the NuGet feed, by its own install script,
 * which npm does not run here. Linux x64 with CUDA 12 and cuDNN 9. `npm ci` undoes it.
 * @returns whether it was installed; what went wrong has been printed
 */
export function installCuda() {
  const script = ['script/install.js', '--onnxruntime-node-install=cuda12'];
  const folder = join(ROOT, 'node_modules/onnxruntime-node');
  if (runProgram(folder, [process.execPath, ...script])) {
    console.log(
      'installed: CLIPWRIGHT_DEVICE=cuda npm start. Where it fails a run says so, and the CPU trains.',
    );
    return true;
  }
  console.error(
    'CUDA could not be installed: it is fetched from the NuGet feed (api.nuget.org), for Linux x64',
  );
  return false;
}
