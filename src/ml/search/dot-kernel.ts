/*
 * The one loop of a search, in WebAssembly: the vector instructions that JavaScript has no words for. Written as the bytes of
 * its binary format (https://webassembly.github.io/spec/core/binary/), since one function is no reason for a compiler.
 *
 *   scores[r] = Σ_k query[k] · rows[r, k]      query int16 [D], rows int8 [n, D], scores int32 [n]
 */

/** Components that a turn of the loop takes: D must be a multiple of it. */
export const LANES = 16;
const PAGE_BYTES = 65_536;

/** Writes `scores` int32 [n] of rows int8 [n, D] and a query int16 [D]; arguments are addresses in the memory, n and D. */
export type DotKernel = (
  query: number,
  rows: number,
  count: number,
  dimension: number,
  scores: number,
) => void;

const I32 = 0x7f;
const V128 = 0x7b;
const LOOP = [0x03, 0x40];
const END = 0x0b;
const BRANCH_IF = (depth: number) => [0x0d, depth];
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const constant = (value: number) => [0x41, value]; // below 64
const ADD = 0x6a;
const SUBTRACT = 0x6b;
const STORE = [0x36, 2, 0];
const vector = (opcode: number, ...rest: number[]) => [
  0xfd,
  ...(opcode < 128 ? [opcode] : [(opcode & 127) | 128, opcode >> 7]),
  ...rest,
];
const V_LOAD = (offset: number) => vector(0x00, 0, offset);
/** Eight int8 as eight int16. */
const V_LOAD_8_AS_16 = (offset: number) => vector(0x01, 0, offset);
const V_ZERO = vector(0x0c, ...new Array<number>(16).fill(0));
/** Eight products of int16, added two by two into four int32. */
const V_DOT = vector(0xba);
const V_ADD = vector(0xae);
const V_LANE = (lane: number) => vector(0x1b, lane);

const [QUERY, ROW, COUNT, DIMENSION, SCORE, LEFT, AT, LOW, HIGH] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const products = (sum: number, rowOffset: number, queryOffset: number) => [
  ...[...get(sum), ...get(ROW), ...V_LOAD_8_AS_16(rowOffset), ...get(AT), ...V_LOAD(queryOffset)],
  ...[...V_DOT, ...V_ADD, ...set(sum)],
];

const BODY = [
  ...LOOP, // rows
  ...[...V_ZERO, ...set(LOW), ...V_ZERO, ...set(HIGH)],
  ...[...get(QUERY), ...set(AT), ...get(DIMENSION), ...set(LEFT)],
  ...LOOP, // components
  ...products(LOW, 0, 0),
  ...products(HIGH, 8, 16),
  ...[...get(ROW), ...constant(LANES), ADD, ...set(ROW)],
  ...[...get(AT), ...constant(2 * LANES), ADD, ...set(AT)],
  ...[...get(LEFT), ...constant(LANES), SUBTRACT, ...tee(LEFT), ...BRANCH_IF(0)],
  END,
  ...[...get(SCORE), ...get(LOW), ...get(HIGH), ...V_ADD, ...tee(LOW), ...V_LANE(0)],
  ...[1, 2, 3].flatMap((lane) => [...get(LOW), ...V_LANE(lane), ADD]),
  ...STORE,
  ...[...get(SCORE), ...constant(4), ADD, ...set(SCORE)],
  ...[...get(COUNT), ...constant(1), SUBTRACT, ...tee(COUNT), ...BRANCH_IF(0)],
  END,
  END,
];

const text = (value: string) => [value.length, ...Buffer.from(value)];
const size = (length: number) => (length < 128 ? [length] : [(length & 127) | 128, length >> 7]);
const section = (id: number, bytes: number[]) => [id, ...size(bytes.length), ...bytes];

function moduleBytes(): Uint8Array {
  const locals = [2, 2, I32, 2, V128];
  const code = [...locals, ...BODY];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
    // The memory has no greatest size here: 65,536 pages are 4 GiB.
    ...section(2, [1, ...text('from'), ...text('memory'), 0x02, 0x00, 0]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('dot'), 0x00, 0]),
    ...section(10, [1, ...size(code.length), ...code]),
  ]);
}

interface WebAssemblyApi {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: { dot: DotKernel } };
}

/** A memory of at least so many bytes, for query, rows and scores, and the kernel that works in it; n and D are at least 1. */
export function openDotKernel(bytes: number): { memory: ArrayBuffer; kernel: DotKernel } {
  // Node has it; its types come with those of browsers alone.
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi })
    .WebAssembly;
  const memory = new Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  const { exports } = new Instance(new Module(moduleBytes()), { from: { memory } });
  return { memory: memory.buffer, kernel: exports.dot };
}
