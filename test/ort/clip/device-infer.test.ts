import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import type { EncoderDescription } from '../../../src/ml/clip/encoder-description.js';
import { DeviceInfer, type DeviceRunner } from '../../../src/ml/processes/device-infer.js';
import { PlannedInfer } from '../../../src/ml/processes/planned-infer.js';
import type { DeviceFailure } from '../../../src/ml/runtime/device.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';

let encoder: EncoderDescription;
let cpu: PlannedInfer;
beforeAll(async () => {
  encoder = await describeEncoder(TINY_CLIP);
  cpu = new PlannedInfer({ threads: 1 });
});

/** A device that computes as the CPU does, until it is told otherwise. */
const device = {
  batches: 0,
  change: (vectors: Float32Array): Float32Array => vectors,
};
const runner: DeviceRunner = {
  embedImages: async (...given) => device.change(await counted(cpu.embedImages(...given))),
  embedTexts: async (...given) => device.change(await counted(cpu.embedTexts(...given))),
  close: async () => {},
};
function counted<T>(value: T): T {
  device.batches += 1;
  return value;
}

const failures: DeviceFailure[] = [];
const warnings: string[] = [];
beforeEach(() => {
  Object.assign(device, { batches: 0, change: (vectors: Float32Array) => vectors });
  failures.length = warnings.length = 0;
});
afterAll(() => cpu.close());

function open(search = async () => ({ device: 'webgpu' as const })): DeviceInfer {
  return new DeviceInfer({
    cpu: {
      processes: 1,
      candidates: (of) => cpu.candidates(of),
      use: (...given) => cpu.use(...given),
      embedImages: (...given) => cpu.embedImages(...given),
      embedTexts: (...given) => cpu.embedTexts(...given),
      runHead: (...given) => cpu.runHead(...given),
      close: async () => {},
    },
    search,
    onFailure: (failure) => failures.push(failure),
    openDevice: () => runner,
  });
}

const onFallback = (warning: string) => warnings.push(warning);
const text = (infer: DeviceInfer, of = encoder, content = 'a dog') =>
  infer.embedTexts(of, [content], { onFallback });

describe('an encoder on a device', () => {
  it('leaves no choice of processes, threads and batch; on the CPU it does', async () => {
    expect(await open().candidates(encoder)).toHaveLength(1);
    const int8 = { ...encoder, precision: 'INT8' as const };
    expect((await open().candidates(int8)).length).toBeGreaterThan(1);
  });

  it('is compared with the CPU once, and stays there', async () => {
    const infer = open();
    await Promise.all([text(infer), text(infer)]);
    await text(infer);
    expect(device.batches).toBe(2 + 3);
    expect({ failures, warnings }).toEqual({ failures: [], warnings: [] });
  });

  it('that fails in the middle is the CPU’s from there on, with the vectors all the same, and whoever asks hears of it', async () => {
    const infer = open();
    const before = await text(infer);
    const lost = new Error('the device was lost: /opt/driver.so');
    device.change = () => {
      throw lost;
    };
    // Two at a time: the device failed once.
    const during = await Promise.all([text(infer), text(infer)]);
    const { batches } = device;
    const after = await text(infer);
    expect([...during, after]).toEqual([before, before, before]);
    expect(device.batches).toBe(batches);
    expect(warnings).toHaveLength(3);
    expect(new Set(warnings).size).toBe(1);
    expect(warnings[0]).toMatch(/^webgpu failed in the middle of an embedding, so the CPU embeds/);
    expect(failures).toEqual([{ message: warnings[0], cause: lost }]);
  });

  it.each([
    ['gives other vectors', (vectors: Float32Array) => vectors.map((x, i) => x + (i % 2) / 10)],
    ['gives no numbers', (vectors: Float32Array) => vectors.fill(Number.NaN)],
    [
      'cannot run it',
      () => {
        throw new Error('no such kernel');
      },
    ],
  ])('that %s is the CPU’s from the start; another is not', async (_, change) => {
    const infer = open();
    device.change = change;
    await text(infer);
    device.change = (vectors) => vectors;
    expect(warnings[0]).toMatch(/^webgpu (gives other vectors|cannot run this encoder)/);
    expect(failures).toHaveLength(1);
    await text(infer, { ...encoder, revision: 'another' });
    expect(warnings).toHaveLength(1);
  });

  it('that the CPU cannot run either is no failure of the device', async () => {
    const infer = open();
    const towers = { vision: 'no.onnx', text: 'no.onnx' };
    const broken = { ...encoder, revision: 'broken', towers };
    for (const _ of ['once', 'again']) {
      await expect(text(infer, broken)).rejects.toMatchObject({ code: 'ENCODER_FILE_INVALID' });
    }
    expect({ failures, warnings }).toEqual({ failures: [], warnings: [] });
  });

  it('that is cancelled is no failure of the device', async () => {
    const infer = open();
    await text(infer);
    const stop = new AbortController();
    const running = infer.embedTexts(encoder, ['a cat'], { signal: stop.signal, onFallback });
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect({ failures, warnings }).toEqual({ failures: [], warnings: [] });
  });
});

it('INT8 is the CPU’s, without a warning', async () => {
  await text(open(), { ...encoder, precision: 'INT8' });
  expect(device.batches).toBe(0);
  expect(warnings).toEqual([]);
});

it('where the device that was asked for cannot be used, each hears why', async () => {
  const failure = { message: 'cuda cannot be used', cause: null };
  const infer = open(async () => ({ device: 'cpu' as never, failure }));
  await text(infer);
  await text(infer);
  expect(warnings).toEqual(['cuda cannot be used', 'cuda cannot be used']);
  expect(failures).toEqual([failure]);
});
