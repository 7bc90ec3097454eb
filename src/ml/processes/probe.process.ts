import { l2NormalizeRows } from '../clip/l2-normalize.js';
import { exportGraph } from '../onnx/export-graph.js';
import { supportedBackends } from '../runtime/backends.js';
import type { Device } from '../runtime/device.js';
import type { SessionOptions } from '../runtime/open-inner.js';
import { Session } from '../runtime/session.js';
import { ownSoftwareAdapter } from '../runtime/software-adapter.js';
import type { Probe, ProbeMethods } from './probe.methods.js';
import { PROBE_WIDTH, probeGraph, probeInput } from './probe-graph.js';
import { hostProcess } from './process-host.js';

/** Few, as a CPU that plays a GPU takes a second for thirty. */
const CHECKED_ROWS = 8;
/** Patches of five photos in a ViT-B/32. */
const TIMED_ROWS = 256;
const RUNS = 5;
/** A device that is slow enough to be none is not waited for. */
const LONGEST_MS = 1_000;

hostProcess<ProbeMethods>({
  backends: async () => supportedBackends(),
  probe: ({ device, threads }) => probe(device, threads),
});

async function probe(device: Device, threads: number): Promise<Probe> {
  const vectors = await withGraph(CHECKED_ROWS, { threads, device }, (run) => run());
  l2NormalizeRows(vectors, PROBE_WIDTH);
  const software = device === 'webgpu' ? ownSoftwareAdapter() : null;
  if (software !== null) return { vectors, milliseconds: null, software };
  return {
    vectors,
    milliseconds: await withGraph(TIMED_ROWS, { threads, device }, time),
    software,
  };
}

async function withGraph<T>(
  rows: number,
  options: SessionOptions,
  work: (run: () => Promise<Float32Array>) => Promise<T>,
): Promise<T> {
  const session = await Session.open(exportGraph({ outputs: probeGraph(rows) }), options);
  try {
    const feeds = { x: probeInput(rows) };
    return await work(async () => (await session.run(feeds)).y!.data as Float32Array);
  } finally {
    await session.close();
  }
}

async function time(run: () => Promise<unknown>): Promise<number> {
  await run(); // It compiles.
  let quickest = Number.POSITIVE_INFINITY;
  const end = performance.now() + LONGEST_MS;
  for (let i = 0; i < RUNS && (i === 0 || performance.now() < end); i++) {
    const start = performance.now();
    await run();
    quickest = Math.min(quickest, performance.now() - start);
  }
  return quickest;
}
