import type { Backend } from '../runtime/backends.js';
import type { Device } from '../runtime/device.js';

export type ProbeMethods = {
  /** What this system's ONNX Runtime lists. */
  backends: { payload: null; result: Backend[] };
  /** One computation on a device, checked and timed. */
  probe: { payload: { device: Device; threads: number }; result: Probe };
};

export interface Probe {
  /** What it computed: rows `[CHECKED_ROWS, PROBE_WIDTH]` of length 1. */
  readonly vectors: Float32Array;
  /** The quickest of a few runs; null where no GPU computed. */
  readonly milliseconds: number | null;
  /** The driver's name where a CPU computes in place of a GPU. */
  readonly software: string | null;
}
