import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import { DEVICES, type Device } from './device.js';

export interface Backend {
  readonly device: Device;
  /** Whether its libraries are there; CUDA's are not before `npm run setup:cuda`. */
  readonly installed: boolean;
}

/** What this system's ONNX Runtime can compute on, as far as it is known here. */
export function supportedBackends(): Backend[] {
  const listed = listSupportedBackends();
  return DEVICES.flatMap((device) => {
    const backend = listed.find(({ name }) => name === device);
    if (!backend) return [];
    return [{ device, installed: backend.bundled || hasProvider(device) }];
  });
}

/** Libraries that do not come with the package lie beside those that do. */
function hasProvider(device: Device): boolean {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const libraries = path.join(main, '../../bin');
  return readdirSync(libraries, { recursive: true, encoding: 'utf8' }).some((file) =>
    path.basename(file).includes(`onnxruntime_providers_${device}`),
  );
}
