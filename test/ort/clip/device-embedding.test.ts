import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import { DRIFT_IMAGES, DRIFT_TEXTS, driftImages } from '../../../src/ml/clip/drift-samples.js';
import type { EmbeddingRunner } from '../../../src/ml/clip/embed-ports.js';
import { lowestCosine } from '../../../src/ml/clip/lowest-cosine.js';
import { findDevices } from '../../../src/ml/processes/find-devices.js';
import { InferProcess } from '../../../src/ml/processes/infer-process.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';

/** A software device for Vulkan, which Debian's chromium brings. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

if (existsSync(SWIFTSHADER)) {
  let previous: string | undefined;
  beforeAll(() => {
    previous = process.env.VK_ICD_FILENAMES;
    process.env.VK_ICD_FILENAMES = SWIFTSHADER;
  });
  afterAll(() => {
    if (previous === undefined) delete process.env.VK_ICD_FILENAMES;
    else process.env.VK_ICD_FILENAMES = previous;
  });

  test('an encoder gives the CPU’s vectors on WebGPU, in batches that are filled up and in whole ones', {
    timeout: 120_000,
  }, async () => {
    const encoder = await describeEncoder(TINY_CLIP);
    const [cpu, webgpu] = [
      new InferProcess({ processes: 1, threads: 1 }),
      new InferProcess({ processes: 1, threads: 1, device: 'webgpu' }),
    ];
    try {
      const levels = driftImages(encoder.image.geometry.crop);
      const size = levels.length / DRIFT_IMAGES;
      const embed = async (runner: EmbeddingRunner) =>
        Float32Array.of(
          ...(await runner.embedImages(encoder, levels, DRIFT_IMAGES)),
          ...(await runner.embedImages(encoder, levels.subarray(0, 3 * size), 3)),
          ...(await runner.embedTexts(encoder, DRIFT_TEXTS)),
        );
      const [own, theirs] = [await embed(cpu), await embed(webgpu)];
      expect(own.length).toBe((DRIFT_IMAGES + 3 + DRIFT_TEXTS.length) * encoder.dimension);
      expect(theirs.length).toBe(own.length);
      expect(lowestCosine(theirs, own, encoder.dimension)).toBeGreaterThan(0.999_99);
      // Not the same bits: it was another device that computed.
      expect(theirs).not.toEqual(own);
    } finally {
      await Promise.all([cpu.close(), webgpu.close()]);
    }
  });

  test('SwiftShader is found, told from a GPU, and not chosen by auto', {
    timeout: 120_000,
  }, async () => {
    const { device, found } = await findDevices({ choice: 'auto', threads: 1 }, ({ cause }) => {
      throw cause;
    });
    expect(device).toBe('cpu');
    expect(found.find((each) => each.device === 'webgpu')).toMatchObject({
      status: 'SOFTWARE',
      chosen: false,
      reason: expect.stringContaining('SwiftShader computes it on the CPU'),
    });
  });
}

test('what this machine has not is said to be missing, and the CPU embeds', {
  timeout: 60_000,
}, async () => {
  const { device, found, failure } = await findDevices(
    { choice: 'cuda', threads: 1 },
    ({ cause }) => {
      throw cause;
    },
  );
  expect(device).toBe('cpu');
  expect(found.find((each) => each.device === 'cuda')!.status).toBe('NOT_INSTALLED');
  expect(failure!.message).toContain('npm run setup:cuda');
});
