import { expect, it } from 'vitest';
import { DivergedError } from '../../src/ml/train/diverged.js';
import type { Engine } from '../../src/ml/train/engine.js';
import { fit } from '../../src/ml/train/fit.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { trainOnDevice } from '../../src/ml/train/train-on-device.js';
import { smallProblem } from '../support/ml/small-problem.js';

const data = smallProblem({ samples: 60, image: 6, text: 6, labels: 3 });
const config = fillRunConfig({ epochs: 6, batchSize: 17, earlyStopping: null });
const lost = new Error('the device was lost: /opt/driver.so');

/** The CPU, until `healthy` runs of steps are over; closing what is on it fails from then on, as it does on a lost device. */
function failingAfter(healthy: number): Engine {
  let runs = 0;
  const check = () => {
    if (runs >= healthy) throw lost;
  };
  return {
    openGraph: (graph, options) => onnxEngine.openGraph(graph, options),
    async openStep(step, start, options) {
      const inner = await onnxEngine.openStep(step, start, options);
      return {
        state: () => inner.state(),
        async run(feeds) {
          check();
          runs += 1;
          return inner.run(feeds);
        },
        async close() {
          await inner.close();
          check();
        },
      };
    },
  };
}

/** A training on `engine` as if it were a device's, and what was told of it. */
async function trainOn(engine: Engine) {
  let checkpoint: Uint8Array | undefined;
  const epochs: number[] = [];
  const failures: { message: string; cause: unknown }[] = [];
  const engines: Engine[] = [];
  const result = await trainOnDevice(
    { engine, device: 'webgpu' },
    onnxEngine,
    (used) => {
      engines.push(used);
      return fit({
        data,
        config,
        seed: 3,
        engine: used,
        threads: 1,
        checkpoint,
        saveCheckpoint: (bytes) => {
          checkpoint = bytes;
        },
        onEpoch: ({ epoch }) => {
          epochs.push(epoch);
        },
      });
    },
    (failure) => failures.push(failure),
  );
  return { result, epochs, failures, engines };
}

it('a device that is lost in the middle is told of, and the CPU goes on from the last whole epoch to the same end', async () => {
  const healthy = await trainOn(failingAfter(Number.POSITIVE_INFINITY));
  expect(healthy.failures).toEqual([]);
  const { result, epochs, failures, engines } = await trainOn(failingAfter(3));
  expect(engines).toHaveLength(2);
  expect(engines[1]).toBe(onnxEngine);
  expect(failures).toHaveLength(1);
  expect(failures[0]!.cause).toBe(lost);
  expect(failures[0]!.message).toMatch(/^webgpu failed .*`CLIPWRIGHT_DEVICE=cpu`/);
  expect(failures[0]!.message).not.toContain('driver');
  expect(new Set(epochs)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  expect(result.head).toEqual(healthy.result.head);
});

it('a training that diverges is no fault of its device', async () => {
  const diverged = new DivergedError(1, null, 'the training loss');
  let trainings = 0;
  const training = trainOnDevice(
    { engine: onnxEngine, device: 'webgpu' },
    onnxEngine,
    async () => {
      trainings += 1;
      throw diverged;
    },
    () => expect.fail('told of a failure'),
  );
  await expect(training).rejects.toBe(diverged);
  expect(trainings).toBe(1);
});
