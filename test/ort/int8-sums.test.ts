import { expect, it } from 'vitest';
import { encodeModel } from '../../src/ml/onnx/model.js';
import { Session } from '../../src/ml/runtime/session.js';

const INT8 = 3;

/** Where two products are added in 16 bits, they end at 32,767: tools/old-cpu runs this test on such a CPU. */
it.each([
  [1, 64, 8],
  [5, 100, 33],
])(
  'sums of the largest products of bytes are right: %i × %i × %i',
  async (rows, summed, columns) => {
    const to = { to: { kind: 'int' as const, value: INT8 } };
    const model = encodeModel({
      name: 'sums',
      nodes: [
        { type: 'Cast', inputs: ['unsigned'], outputs: ['weights'], attributes: to },
        { type: 'MatMulInteger', inputs: ['levels', 'weights'], outputs: ['sums'] },
      ],
      initializers: {
        unsigned: {
          dtype: 'uint8',
          shape: [summed, columns],
          // 127 and -128 by turns of columns
          data: Uint8Array.from(
            { length: summed * columns },
            (_, at) => 127 + ((at % columns) % 2),
          ),
        },
      },
      inputs: [{ name: 'levels', dtype: 'uint8', shape: [rows, summed] }],
      outputs: [{ name: 'sums', dtype: 'int32', shape: [rows, columns] }],
    });
    const session = await Session.open(model, { threads: 1 });
    try {
      const data = new Uint8Array(rows * summed).fill(255);
      const { sums } = await session.run({
        levels: { dtype: 'uint8', shape: [rows, summed], data },
      });
      const right = Array.from({ length: rows * columns }, (_, at) =>
        (at % columns) % 2 === 0 ? 255 * 127 * summed : -255 * 128 * summed,
      );
      expect([...sums!.data]).toEqual(right);
    } finally {
      await session.close();
    }
  },
);
