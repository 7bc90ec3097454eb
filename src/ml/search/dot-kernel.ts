/*
 * The one loop of a search, in WebAssembly: the vector instructions that JavaScript has no words for. Written as the bytes of
 * its binary format (https://webassembly.github.io/spec/core/binary/), since one function is no reason for a compiler.
 *
 *   scores[r] = Σ_k query[k] · rows[r, k]      query int16 [D], rows int8 [n, D], scores int32 [n]
 */

/** Components that a turn of the loop takes: D must be a multiple of it. */
export const LANES = 16;
/**
 * Rows that a turn takes, one of each quarter: each part of the query is loaded once for all of them, and four streams from
 * memory, which is what a search waits for, are faster than one. n must be a multiple of it.
 */
export const STREAMS = 4;
const PAGE_BYTES = 65_536;

/** Writes `scores` int32 [n] of rows int8 [n, D] and a query int16 [D]; the arguments are addresses in the memory. */
export type DotKernel = (query: number, rows: number, scores: number) => void;

const I32 = 0x7f;
const V128 = 0x7b;
const LOOP = [0x03, 0x40];
const END = 0x0b;
const BRANCH_IF = (depth: number) => [0x0d, depth];
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
/** LEB128 (section 5.2.2) of what is not negative. */
const unsigned = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
/** As a signed number, whose highest bit is its sign. */
const signed = (value: number): number[] =>
  value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)];
const constant = (value: number) => [0x41, ...signed(value)];
const ADD = 0x6a;
const SUBTRACT = 0x6b;
const STORE = (offset: number) => [0x36, 2, ...unsigned(offset)];
const vector = (opcode: number, ...rest: number[]) => [0xfd, ...unsigned(opcode), ...rest];
const V_LOAD = (offset: number) => vector(0x00, 0, ...unsigned(offset));
/** Eight int8 as eight int16. */
const V_LOAD_8_AS_16 = (offset: number) => vector(0x01, 0, ...unsigned(offset));
const V_ZERO = vector(0x0c, ...new Array<number>(16).fill(0));
/** Eight products of int16, added two by two into four int32. */
const V_DOT = vector(0xba);
const V_ADD = vector(0xae);
const V_LANE = (lane: number) => vector(0x1b, lane);

const [QUERY, ROW, SCORE, COUNT, LEFT, AT] = [0, 1, 2, 3, 4, 5];
const LOW = 6;
const HIGH = 7;
const SUM = 8; // and one more for each row

const add = (local: number, value: number) => [
  ...[...get(local), ...constant(value), ADD, ...set(local)],
];

function body(count: number, dimension: number): number[] {
  const quarter = count / STREAMS;
  const rows = Array.from({ length: STREAMS }, (_, stream) => ({
    row: stream * quarter,
    sum: SUM + stream,
  }));
  const products = (sum: number, offset: number, query: number) => [
    ...[...get(sum), ...get(ROW), ...V_LOAD_8_AS_16(offset), ...get(query), ...V_DOT, ...V_ADD],
    ...set(sum),
  ];
  return [
    ...[...constant(quarter), ...set(COUNT)],
    ...LOOP, // rows
    ...rows.flatMap(({ sum }) => [...V_ZERO, ...set(sum)]),
    ...[...get(QUERY), ...set(AT), ...constant(dimension), ...set(LEFT)],
    ...LOOP, // components
    ...[...get(AT), ...V_LOAD(0), ...set(LOW), ...get(AT), ...V_LOAD(16), ...set(HIGH)],
    ...rows.flatMap(({ row, sum }) => [
      ...products(sum, row * dimension, LOW),
      ...products(sum, row * dimension + 8, HIGH),
    ]),
    ...[...add(ROW, LANES), ...add(AT, 2 * LANES)],
    ...[...get(LEFT), ...constant(LANES), SUBTRACT, ...tee(LEFT), ...BRANCH_IF(0)],
    END,
    ...rows.flatMap(({ row, sum }) => [
      ...[...get(SCORE), ...get(sum), ...V_LANE(0)],
      ...[1, 2, 3].flatMap((lane) => [...get(sum), ...V_LANE(lane), ADD]),
      ...STORE(4 * row),
    ]),
    ...add(SCORE, 4),
    ...[...get(COUNT), ...constant(1), SUBTRACT, ...tee(COUNT), ...BRANCH_IF(0)],
    END,
    END,
  ];
}

const text = (value: string) => [value.length, ...Buffer.from(value)];
const section = (id: number, bytes: number[]) => [id, ...unsigned(bytes.length), ...bytes];

function moduleBytes(count: number, dimension: number): Uint8Array {
  const code = [2, 3, I32, 2 + STREAMS, V128, ...body(count, dimension)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I32, I32, I32, 0]),
    ...section(2, [1, ...text('from'), ...text('memory'), 0x02, 0x00, 0]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('dot'), 0x00, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

interface WebAssemblyApi {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: { dot: DotKernel } };
}

/** A memory of at least so many bytes, for query, rows and scores, and the kernel that works in it; n and D are at least 1. */
export function openDotKernel(
  bytes: number,
  count: number,
  dimension: number,
): { memory: ArrayBuffer; kernel: DotKernel } {
  // Node has it; its types come with those of browsers alone.
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi })
    .WebAssembly;
  const memory = new Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  const { exports } = new Instance(new Module(moduleBytes(count, dimension)), { from: { memory } });
  return { memory: memory.buffer, kernel: exports.dot };
}
