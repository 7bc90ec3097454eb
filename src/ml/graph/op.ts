import type { Dtype } from './dtype.js';

/** Every operation of the graph. Each table over it is a complete `Record`, so a forgotten rule does not compile. */
export const OPS = [
  'input',
  'constant',
  'cast',
  'neg',
  'exp',
  'log',
  'sqrt',
  'erf',
  'sigmoid',
  'softplus',
  'relu',
  'add',
  'sub',
  'mul',
  'div',
  'pow',
  'minimum',
  'maximum',
  'greater',
  'where',
  'gemm',
  'matmul',
  'transpose',
  'gather',
  'concat',
  'slice',
  'reduceSum',
  'logSumExp',
  'softmax',
  'kthLargest',
  'reshape',
  'broadcastTo',
] as const;
export type Op = (typeof OPS)[number];

/** A size, or the name of one that is known only when the graph runs ("N"). */
export type Dim = number | string;
export type Shape = readonly Dim[];

type NoAttrs = Readonly<Record<string, never>>;

/** What an op needs to know besides its inputs. */
export interface OpAttrs {
  input: { readonly name: string; readonly shape: Shape; readonly dtype: Dtype };
  /** `values`: row-major; one value fills the whole shape. */
  constant: {
    readonly values: readonly number[];
    readonly shape: readonly number[];
    readonly dtype: Dtype;
  };
  cast: { readonly to: Dtype };
  neg: NoAttrs;
  exp: NoAttrs;
  log: NoAttrs;
  sqrt: NoAttrs;
  erf: NoAttrs;
  sigmoid: NoAttrs;
  softplus: NoAttrs;
  relu: NoAttrs;
  add: NoAttrs;
  sub: NoAttrs;
  mul: NoAttrs;
  div: NoAttrs;
  pow: NoAttrs;
  minimum: NoAttrs;
  maximum: NoAttrs;
  greater: NoAttrs;
  where: NoAttrs;
  gemm: { readonly transA: boolean; readonly transB: boolean };
  matmul: NoAttrs;
  /** Axis i of the result is axis `perm[i]` of the input. */
  transpose: { readonly perm: readonly number[] };
  gather: NoAttrs;
  concat: { readonly axis: number };
  slice: { readonly axis: number; readonly start: number; readonly end: number };
  /** The axes stay, with size 1. */
  reduceSum: { readonly axes: readonly number[] };
  /** The axes stay, with size 1. */
  logSumExp: { readonly axes: readonly number[] };
  /** Over the last axis. */
  softmax: NoAttrs;
  /** Along the last axis, which stays with size 1; `k` from 1. */
  kthLargest: { readonly k: number };
  reshape: { readonly shape: Shape };
  broadcastTo: { readonly shape: Shape };
}
