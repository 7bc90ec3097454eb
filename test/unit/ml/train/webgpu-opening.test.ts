import { beforeEach, expect, it, vi } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import { add, input } from '../../../../src/ml/graph/build.js';
import { labelStatistics } from '../../../../src/ml/nn/losses/label-statistics.js';
import { DeviceSession } from '../../../../src/ml/runtime/device-session.js';
import { embedDimensions, sharedFeeds } from '../../../../src/ml/train/fit-data.js';
import { initialState } from '../../../../src/ml/train/initial-state.js';
import { fillRunConfig } from '../../../../src/ml/train/run-config.js';
import { buildTrainStep } from '../../../../src/ml/train/train-step.js';
import { webGpuEngine } from '../../../../src/ml/train/webgpu-engine.js';
import { smallProblem } from '../../../support/ml/small-problem.js';

/** Sessions and tensors of a device that there is not, of which the one numbered `failing` throws. */
const device = { open: new Set<object>(), openings: 0, runs: 0, failingOpen: 0, failingRun: 0 };

function fakeSession(outputs: readonly string[]) {
  const session = {
    async run() {
      device.runs += 1;
      if (device.runs === device.failingRun) throw new Error('out of memory');
      const tensors = outputs.map((name) => {
        const tensor = { dispose: () => device.open.delete(tensor) };
        device.open.add(tensor);
        return [name, tensor];
      });
      return { values: {}, kept: Object.fromEntries(tensors) };
    },
    async close() {
      if (!device.open.delete(session)) throw new Error('the session is closed');
    },
  };
  device.open.add(session);
  return session as unknown as DeviceSession;
}

beforeEach(() => {
  Object.assign(device, { open: new Set(), openings: 0, runs: 0, failingOpen: 0, failingRun: 0 });
  const open = vi.spyOn(DeviceSession, 'open').mockImplementation(async (_, { outputs }) => {
    device.openings += 1;
    if (device.openings === device.failingOpen) throw new Error('out of memory');
    return fakeSession(outputs);
  });
  return () => open.mockRestore();
});

const data = smallProblem({ samples: 20, image: 4, text: 4, labels: 2 });

function openStep() {
  const config = fillRunConfig();
  const { kind } = config.fusion;
  const dims = { embeds: embedDimensions(data, kind), numLabels: 2 };
  const statistics = labelStatistics(data.targets, 2, data.train);
  const step = buildTrainStep(config, dims, 5, statistics);
  const start = initialState(step, Rng.fromSeed(1));
  return webGpuEngine.openStep(step, start, { shared: sharedFeeds(data, kind), threads: 1 });
}

function openGraph() {
  const x = { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const;
  const graph = { outputs: { sum: add(input('x', [1]), input('y', [1])) } };
  return webGpuEngine.openGraph(graph, { shared: { x }, threads: 1 });
}

it.each([
  ['a training step', openStep, { openings: 4, runs: 2 }],
  ['a graph', openGraph, { openings: 2, runs: 1 }],
] as const)(
  '%s leaves nothing on the device, wherever its opening fails and when it is closed',
  async (_, open, { openings, runs }) => {
    await (await open()).close();
    expect(device).toMatchObject({ openings, runs });
    expect(device.open.size).toBe(0);
    const places = [
      ...Array.from({ length: openings }, (_, i) => ({ failingOpen: i + 1, failingRun: 0 })),
      ...Array.from({ length: runs }, (_, i) => ({ failingOpen: 0, failingRun: i + 1 })),
    ];
    for (const place of places) {
      Object.assign(device, { openings: 0, runs: 0 }, place);
      await expect(open()).rejects.toThrow('out of memory');
      expect(device.open.size, JSON.stringify(place)).toBe(0);
    }
  },
);
