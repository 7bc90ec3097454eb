import { expect, it } from 'vitest';
import { softwareAdapter } from '../../../../src/ml/runtime/software-adapter.js';

const mapped = (library: string) =>
  `7f0000000000-7f0000001000 r-xp 00000000 08:01 123 /usr/lib/${library}\n`;

it.each([
  ['SwiftShader', 'chromium/libvk_swiftshader.so', ['/dev/null', '/dev/dri/card0']],
  ['llvmpipe', 'x86_64-linux-gnu/libvulkan_lvp.so', []],
])('%s without a GPU is a software adapter', (name, library, nodes) => {
  expect(softwareAdapter(mapped('libc.so.6') + mapped(library), nodes)).toBe(name);
});

it.each(['/dev/dri/renderD128', '/dev/nvidia0', '/dev/dxg'])(
  'a software driver beside a GPU at %s is not what was taken',
  (node) => {
    // Vulkan's loader maps all drivers that are installed.
    expect(softwareAdapter(mapped('libvulkan_lvp.so'), ['/dev/null', node])).toBe(null);
  },
);

it('a driver that is not known is taken for a GPU’s', () => {
  expect(softwareAdapter(mapped('libvulkan_radeon.so'), [])).toBe(null);
});
