import { describe, expect, it } from 'vitest';
import type { Dtype, TensorData } from '../../src/ml/graph/dtype.js';
import { OPS } from '../../src/ml/graph/op.js';
import { interpret } from '../../src/ml/interpret/interpret.js';
import type { Value } from '../../src/ml/interpret/value.js';
import { exportGraph } from '../../src/ml/onnx/export-graph.js';
import { Session } from '../../src/ml/runtime/session.js';
import { expectClose } from '../support/ml/close.js';
import { instantiate, OP_CASES } from '../support/ml/op-cases.js';

/** Float32 against float64; ONNX Runtime's Erf and Exp are polynomials with a few units in the last place. */
const TOLERANCE = { absolute: 2e-6, relative: 4e-6 };

const ARRAYS = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

function tensor(value: Value, dtype: Dtype): TensorData {
  const numbers = [...value.data];
  const data =
    dtype === 'int64' ? BigInt64Array.from(numbers, BigInt) : ARRAYS[dtype].from(numbers);
  return { dtype, shape: value.shape, data };
}

/** Inputs as float32 holds them, so that the reference starts from the same numbers. */
function rounded(value: Value): Value {
  return { shape: value.shape, data: Float64Array.from(value.data, Math.fround) };
}

describe.each(OPS)('%s in ONNX Runtime', (op) => {
  it.each(OP_CASES[op])('equals the reference: $name', async (row) => {
    const { nodes } = instantiate(row);
    const graph = { outputs: { y: row.build(...nodes) } };
    const feeds: Record<string, TensorData> = {};
    const reference: Record<string, Value> = {};
    row.inputs.forEach((value, i) => {
      feeds[`x${i}`] = tensor(value, value.dtype ?? 'float32');
      reference[`x${i}`] = rounded(value);
    });
    const session = await Session.open(exportGraph(graph), { threads: 1 });
    try {
      const { y } = await session.run(feeds);
      const expected = interpret(graph, reference).y;
      expect(y!.shape).toEqual(expected.shape);
      expectClose(y!.data as Float32Array, float32Range(expected.data), TOLERANCE);
    } finally {
      await session.close();
    }
  });
});

/** Results too large for float32 are infinite there. */
function float32Range(values: Float64Array): Float64Array {
  return values.map((x) => (Math.abs(x) > 3.4028235e38 ? Math.sign(x) * Infinity : x));
}
