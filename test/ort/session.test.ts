import { describe, expect, it } from 'vitest';
import { add, input, reshape } from '../../src/ml/graph/build.js';
import { exportGraph } from '../../src/ml/onnx/export-graph.js';
import { Session } from '../../src/ml/runtime/session.js';

const model = exportGraph({
  outputs: { y: add(input('x', ['N', 2]), 1), z: add(input('x2', [2]), 2) },
});
const row = (...values: number[]) => Float32Array.from(values);

describe('a session', () => {
  it('says what it takes and gives, and runs', async () => {
    const session = await Session.open(model, { threads: 1 });
    expect(session.inputs).toEqual([
      { name: 'x', dtype: 'float32', shape: ['N', 2] },
      { name: 'x2', dtype: 'float32', shape: [2] },
    ]);
    expect(session.outputs.map(({ name }) => name)).toEqual(['y', 'z']);
    const feeds = {
      x: { dtype: 'float32', shape: [1, 2], data: row(1, 2) },
      x2: { dtype: 'float32', shape: [2], data: row(0, 0) },
    } as const;
    const { y } = await session.run(feeds, ['y']);
    expect(y).toEqual({ dtype: 'float32', shape: [1, 2], data: row(2, 3) });
    await session.close();
  });

  it('keeps a symbolic size through a reshape', async () => {
    const x = input('x', ['N', 2, 3]);
    const bytes = exportGraph({ outputs: { y: reshape(x, ['N', 6]) } });
    const session = await Session.open(bytes, { threads: 1 });
    const data = Float32Array.from({ length: 24 }, (_, i) => i);
    const { y } = await session.run({ x: { dtype: 'float32', shape: [4, 2, 3], data } });
    expect(y).toEqual({ dtype: 'float32', shape: [4, 6], data });
    await session.close();
  });

  it('refuses to run or close once closed', async () => {
    const session = await Session.open(model, { threads: 1 });
    await session.close();
    await expect(session.run({})).rejects.toThrow('the session is closed');
    await expect(session.close()).rejects.toThrow('the session is closed');
  });

  it('refuses a number of threads that is none', async () => {
    await expect(Session.open(model, { threads: 0 })).rejects.toThrow(
      'expected an integer of at least 1 for `threads` but received 0',
    );
  });

  it('refuses a model that is none', async () => {
    await expect(Session.open(Uint8Array.of(1, 2, 3), { threads: 1 })).rejects.toThrow();
  });
});
