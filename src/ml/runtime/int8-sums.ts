import * as ort from 'onnxruntime-node';
import { encodeModel } from '../onnx/model.js';

/** More than one of any kernel's blocks each way, and a row alone, which has kernels of its own. */
const [SUMMED, COLUMNS] = [72, 40];
const ROWS = [1, 13];
const [LARGEST_LEVEL, LARGEST_WEIGHT] = [255, 127];
const INT8 = 3;

/**
 * Whether this CPU's quickest sums of products of unsigned with signed bytes are wrong: x64 without VNNI adds two of them in 16
 * bits, which 255 * 127 * 2 does not fit. ONNX Runtime is asked for such sums instead of the system for the CPU's name: what it
 * makes of a CPU is its own affair, /proc/cpuinfo may name more, and other systems have none. Takes a few milliseconds.
 */
export async function int8SumsOverflow(): Promise<boolean> {
  // The only one with such kernels.
  if (process.arch !== 'x64') return false;
  const session = await ort.InferenceSession.create(PRODUCT, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    for (const rows of ROWS) {
      const levels = new Uint8Array(rows * SUMMED).fill(LARGEST_LEVEL);
      const { sums } = await session.run({
        levels: new ort.Tensor('uint8', levels, [rows, SUMMED]),
      });
      const right = SUMMED * LARGEST_LEVEL * LARGEST_WEIGHT;
      if ((sums!.data as Int32Array).some((sum) => sum !== right)) return true;
    }
    return false;
  } finally {
    await session.release();
  }
}

/** Weights of 8 bits with a sign are what is made of the unsigned ones when the graph is opened. */
const PRODUCT = encodeModel({
  name: 'sums of products of bytes',
  nodes: [
    {
      type: 'Cast',
      inputs: ['unsigned'],
      outputs: ['weights'],
      attributes: { to: { kind: 'int', value: INT8 } },
    },
    { type: 'MatMulInteger', inputs: ['levels', 'weights'], outputs: ['sums'] },
  ],
  initializers: {
    unsigned: {
      dtype: 'uint8',
      shape: [SUMMED, COLUMNS],
      data: new Uint8Array(SUMMED * COLUMNS).fill(LARGEST_WEIGHT),
    },
  },
  inputs: [{ name: 'levels', dtype: 'uint8', shape: ['rows', SUMMED] }],
  outputs: [{ name: 'sums', dtype: 'int32', shape: ['rows', COLUMNS] }],
});
