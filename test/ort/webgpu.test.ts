import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/ml/train/open-engine.js';

/** A software device for Vulkan, which Debian's chromium brings. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const PROGRAM = path.join(import.meta.dirname, '../support/ml/device-trainings.ts');

interface Apart {
  name: string;
  losses: number;
  scores: number;
  weights: number;
}

/** What the program prints until it says that it is done; a driver may then end as it likes. */
async function trainOnWebGpu(): Promise<Apart[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, 'webgpu'], {
    env: { ...process.env, VK_ICD_FILENAMES: SWIFTSHADER },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-4000);
  });
  const found: Apart[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'done') return found;
      found.push(JSON.parse(line) as Apart);
    }
  } finally {
    child.kill('SIGKILL');
  }
  throw new Error(`the program ended after ${found.length} trainings: ${errors}`);
}

describe('a training on a device', () => {
  it.skipIf(!existsSync(SWIFTSHADER))(
    'is that of the CPU, for every head, fusion, loss and optimizer on WebGPU',
    { timeout: 600_000 },
    async () => {
      const found = await trainOnWebGpu();
      expect(found.length).toBeGreaterThan(20);
      for (const { name, losses, scores, weights } of found) {
        for (const apart of [losses, scores, weights]) expect(apart, name).toBeLessThan(1e-4);
      }
      // Not the same bits: it was another device that computed.
      expect(found.some(({ weights }) => weights > 0)).toBe(true);
    },
  );

  it('is done by the CPU where the device fails, with a warning that says why', async () => {
    // onnxruntime-node comes without CUDA's libraries.
    const { engine, device, failure } = await openEngine('onnxruntime', 'cuda');
    expect(failure!.message).toMatch(
      /^cuda cannot be used, so the CPU trains: run `npm run setup:cuda`/,
    );
    expect(failure!.cause).toBeInstanceOf(Error);
    expect({ engine, device }).toEqual(await openEngine('onnxruntime', 'cpu'));
  });
});
