import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Drivers that compute graphics on the CPU, by the libraries that Linux maps for them. */
const SOFTWARE: Readonly<Record<string, RegExp>> = {
  SwiftShader: /libvk_swiftshader\.so/,
  llvmpipe: /libvulkan_lvp\.so/,
};

/** Where a driver for a real GPU would find it: Linux's own, NVIDIA's, and that of Windows' subsystem for Linux. */
const GPU_NODES = /^\/dev\/(dri\/renderD\d+|nvidia\d+|dxg)$/;

/**
 * The name of the driver that must have opened this process's WebGPU device, if it is no GPU's. ONNX Runtime does not tell which
 * adapter it took. It prefers GPUs, so a software driver counts only where there is none.
 * @param maps what /proc/self/maps says
 * @param nodes paths of devices
 */
export function softwareAdapter(maps: string, nodes: readonly string[]): string | null {
  if (nodes.some((node) => GPU_NODES.test(node))) return null;
  const found = Object.entries(SOFTWARE).find(([, library]) => library.test(maps));
  return found ? found[0] : null;
}

/** Of this process, after it has opened a device. Elsewhere than on Linux nothing is known, and speed decides. */
export function ownSoftwareAdapter(): string | null {
  if (process.platform !== 'linux') return null;
  const names = (folder: string) =>
    existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : [];
  return softwareAdapter(readFileSync('/proc/self/maps', 'utf8'), [
    ...names('/dev'),
    ...names('/dev/dri'),
  ]);
}
