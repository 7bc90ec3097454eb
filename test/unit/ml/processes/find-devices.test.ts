import { describe, expect, it } from 'vitest';
import { findDevices, type InChild } from '../../../../src/ml/processes/find-devices.js';
import type { Probe } from '../../../../src/ml/processes/probe.methods.js';
import { PROBE_WIDTH } from '../../../../src/ml/processes/probe-graph.js';
import type { Backend } from '../../../../src/ml/runtime/backends.js';
import type { Device, DeviceChoice, DeviceFailure } from '../../../../src/ml/runtime/device.js';

/** One row that points along axis 0, turned by `angle` towards axis 1. */
function probe(milliseconds: number, { angle = 0, software = null as string | null } = {}): Probe {
  const vectors = new Float32Array(PROBE_WIDTH);
  vectors[0] = Math.cos(angle);
  vectors[1] = Math.sin(angle);
  return { vectors, milliseconds: software === null ? milliseconds : null, software };
}

const INSTALLED: Backend[] = [
  { device: 'cpu', installed: true },
  { device: 'cuda', installed: true },
  { device: 'webgpu', installed: true },
];

/** A machine on which each device does what is said of it. */
function machine(probes: Partial<Record<Device, Probe | Error>>, backends = INSTALLED) {
  const asked: string[] = [];
  const failures: DeviceFailure[] = [];
  const run: InChild = async (method, payload) => {
    if (method === 'backends') return backends as never;
    const { device } = payload as { device: Device };
    asked.push(device);
    const found = probes[device] ?? new Error('unknown');
    if (found instanceof Error) throw found;
    return found as never;
  };
  const search = (choice: DeviceChoice) =>
    findDevices({ choice, threads: 2 }, (failure) => failures.push(failure), run);
  return { search, asked, failures };
}

describe('auto', () => {
  it('is the fastest device that computes what the CPU does, and says why not the others', async () => {
    const { search } = machine({ cpu: probe(10), cuda: probe(2), webgpu: probe(3) });
    const { device, found, failure } = await search('auto');
    expect({ device, failure }).toEqual({ device: 'cuda', failure: undefined });
    expect(found).toEqual([
      {
        device: 'cpu',
        status: 'USABLE',
        chosen: false,
        milliseconds: 10,
        reason: 'it took 10.0 ms where cuda took 2.0',
      },
      { device: 'cuda', status: 'USABLE', chosen: true, milliseconds: 2, reason: null },
      expect.objectContaining({ device: 'webgpu', chosen: false, reason: expect.any(String) }),
    ]);
  });

  it.each([
    ['slower', probe(30), 'USABLE', 'it took 30.0 ms where cpu took 10.0'],
    ['software', probe(1, { software: 'SwiftShader' }), 'SOFTWARE', 'SwiftShader computes it'],
    ['wrong', probe(1, { angle: 0.1 }), 'DIFFERS', 'a cosine of 0.9950'],
    ['not finite', probe(1, { angle: Number.NaN }), 'DIFFERS', 'a cosine of NaN'],
    ['broken', new Error('/opt/driver.so'), 'FAILED', 'no GPU with a driver'],
  ])('is the CPU where the other is %s', async (_, webgpu, status, reason) => {
    const { search, failures } = machine({ cpu: probe(10), webgpu }, [
      INSTALLED[0]!,
      INSTALLED[2]!,
    ]);
    const { device, found, failure } = await search('auto');
    expect({ device, failure }).toEqual({ device: 'cpu', failure: undefined });
    expect(found[1]).toMatchObject({ device: 'webgpu', status, chosen: false });
    expect(found[1]!.reason).toContain(reason);
    expect(JSON.stringify(found)).not.toContain('/opt');
    expect(failures.map(({ cause }) => cause)).toEqual(webgpu instanceof Error ? [webgpu] : []);
  });
});

describe('a device that is named', () => {
  it('is taken though it be slow or software, and nothing else is tried', async () => {
    for (const webgpu of [probe(500), probe(500, { software: 'llvmpipe' })]) {
      const { search, asked } = machine({ cpu: probe(10), cuda: probe(1), webgpu });
      const { device, found, failure } = await search('webgpu');
      expect({ device, failure }).toEqual({ device: 'webgpu', failure: undefined });
      expect(asked).toEqual(['cpu', 'webgpu']);
      const reasons = found.map(({ device, status, reason }) => [device, status, reason]);
      expect(reasons[1]).toEqual(['cuda', 'NOT_TRIED', '`CLIPWRIGHT_DEVICE=webgpu` names another']);
    }
  });

  it.each([
    ['fails', 'webgpu', 'FAILED', 'no GPU with a driver'],
    ['is not installed', 'cuda', 'NOT_INSTALLED', 'npm run setup:cuda'],
    ['is another system’s', 'coreml', 'NOT_INSTALLED', 'part of macOS only'],
  ] as const)('and %s leaves the work to the CPU, with a failure that says so', async (...row) => {
    const [, choice, status, reason] = row;
    const backends = INSTALLED.map((each) => ({ ...each, installed: each.device !== 'cuda' }));
    const { search } = machine({ cpu: probe(10) }, backends);
    const { device, found, failure } = await search(choice);
    expect(device).toBe('cpu');
    expect(found.find((each) => each.device === choice)).toMatchObject({ status, chosen: false });
    expect(failure!.message).toContain(`${choice} cannot be used, so the CPU embeds: `);
    expect(failure!.message).toContain(reason);
  });
});

it('with `cpu` nothing is tried', async () => {
  const { search, asked } = machine({});
  expect(await search('cpu')).toMatchObject({
    device: 'cpu',
    found: [{ device: 'cpu', status: 'USABLE', chosen: true }],
  });
  expect(asked).toEqual([]);
});
