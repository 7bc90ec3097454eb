import type { ErrorCode } from '../../../../src/errors/registry.js';

/** A child that does whatever a test of supervision needs. */
export type OddJobs = {
  pid: { payload: null; result: number };
  double: { payload: Float32Array; result: Float32Array };
  environment: { payload: string; result: string | undefined };
  fail: { payload: ErrorCode | null; result: never };
  die: { payload: null; result: unknown };
  /** Dies unless the file is there, which it makes. */
  dieOnce: { payload: string; result: number };
  hang: { payload: null; result: undefined; event: string };
  /** Holds its event loop for ever. */
  block: { payload: null; result: undefined; event: string };
  untilAborted: { payload: null; result: number; event: string };
  count: { payload: number; result: number; event: number };
  hold: { payload: number; result: number };
  holdAndHang: { payload: number; result: undefined };
};
