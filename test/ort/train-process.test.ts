import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rng } from '../../src/ml/data/rng.js';
import { evaluate } from '../../src/ml/metrics/evaluate.js';
import type { TrainEvent, TrainPayload } from '../../src/ml/processes/train.methods.js';
import { TrainProcess } from '../../src/ml/processes/train-process.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { decodeScores } from '../../src/ml/train/scores-file.js';

describe('the train process', () => {
  let work: string;
  let trainer: TrainProcess;

  beforeEach(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'clipwright-train-'));
    trainer = new TrainProcess();
  });
  afterEach(async () => {
    await trainer.close();
    await rm(work, { recursive: true, force: true });
  });

  it('gives the same head, bit for bit, when it was killed in the middle and went on from its checkpoint', async () => {
    // So many that the child is far from the last when its fourth is heard of.
    const epochs = 200;
    const first = await problem(work, 'first', { epochs });
    const whole = await train(first);
    const second = await problem(work, 'second', { epochs });
    const signal = new AbortController();
    // The pool replaces a killed child once, and the new one finds the checkpoint.
    let killed = false;
    const events: TrainEvent[] = [];
    const resumed = await trainer.train(second, {
      signal: signal.signal,
      onEvent: (event) => {
        events.push(event);
        if (event.kind !== 'epoch' || event.epoch.epoch !== 4 || killed) return;
        killed = true;
        for (const pid of trainer.pids) process.kill(pid, 'SIGKILL');
      },
    });
    expect(killed).toBe(true);
    expect(digest(resumed.head)).toBe(digest(whole.head));
    expect(digest(resumed.scores)).toBe(digest(whole.scores));
    const told = events.flatMap((event) => (event.kind === 'epoch' ? [event.epoch.epoch] : []));
    expect(new Set(told)).toEqual(new Set(Array.from({ length: epochs }, (_, i) => i + 1)));
    // Epochs of the checkpoint are told again, so that none is lost between a checkpoint and its event.
    expect(told.length).toBeGreaterThan(epochs);
  });

  it('gives the same result, bit for bit, from a memory limit that leaves the samples in their file', async () => {
    const inMemory = await train(await problem(work, 'in-memory'));
    const streamed = await problem(work, 'streamed');
    // 240 × (2 × 16 × 4 + 4) bytes of samples.
    const result = await train({ ...streamed, memoryLimit: 2 ** 15 });
    expect(digest(result.head)).toBe(digest(inMemory.head));
    expect(digest(result.scores)).toBe(digest(inMemory.scores));
    expect(result.final).toEqual(inMemory.final);
    await truncate(streamed.featuresPath, 240 * 16 * 4);
    await expect(train({ ...streamed, memoryLimit: 2 ** 15 })).rejects.toThrow(
      "the embedding set's file has 15360 bytes where 30720 belong",
    );
  });

  it('computes its metrics from the scores file', async () => {
    const payload = await problem(work, 'metrics');
    const result = await train(payload);
    const { test, numLabels } = decodeScores(result.scores);
    expect(test.positions).toEqual(payload.test);
    const truth = new Uint8Array(test.positions.length * numLabels);
    test.positions.forEach((position, row) => {
      for (
        let at = payload.labelOffsets[position]!;
        at < payload.labelOffsets[position + 1]!;
        at++
      ) {
        truth[row * numLabels + payload.labels[at]!] = 1;
      }
    });
    expect(result.final).toEqual(
      evaluate(test.scores, truth, numLabels, Float64Array.from(result.thresholds)),
    );
    expect(result.final!.meanAveragePrecision).toBeGreaterThan(0.8);
  });

  it('starts anew where the checkpoint is torn', async () => {
    const payload = await problem(work, 'torn');
    const whole = await train(payload);
    await writeFile(payload.checkpointPath, 'half a checkp');
    expect(digest((await train(payload)).head)).toBe(digest(whole.head));
  });

  it('that cannot write its checkpoint leaves nothing half-written', async () => {
    const payload = await problem(work, 'unwritable', { epochs: 10_000 });
    const taken = path.join(payload.checkpointPath, 'taken');
    // Nothing comes to a name that a folder has.
    const onEvent = () => {
      rmSync(payload.checkpointPath, { force: true, recursive: true });
      mkdirSync(taken, { recursive: true });
    };
    const training = trainer.train(payload, { signal: new AbortController().signal, onEvent });
    await expect(training).rejects.toThrow();
    expect((await readdir(work)).filter((name) => name.startsWith('unwritable.check'))).toEqual([
      'unwritable.checkpoint',
    ]);
  });

  it('ends as soon as it is cancelled, within the epoch', async () => {
    const payload = await problem(work, 'cancelled', { epochs: 10_000, batchSize: 1 });
    const signal = new AbortController();
    const reason = new Error('no longer wanted');
    let epochs = 0;
    const training = trainer.train(payload, {
      signal: signal.signal,
      onEvent: (event) => {
        if (event.kind !== 'epoch') return;
        epochs = event.epoch.epoch;
        if (epochs === 2) signal.abort(reason);
      },
    });
    await expect(training).rejects.toBe(reason);
    expect(epochs).toBe(2);
    // The next training does not wait for this one's last epoch, which would outlast the test.
    await train(await problem(work, 'next'));
  });

  it('trains on the CPU where the device cannot be used, and keeps what the driver said apart', async () => {
    const payload = await problem(work, 'no-cuda', { deterministic: false, epochs: 1 });
    const events: TrainEvent[] = [];
    // onnxruntime-node comes without CUDA's libraries.
    await trainer.train(
      { ...payload, device: 'cuda' },
      { signal: new AbortController().signal, onEvent: (event) => events.push(event) },
    );
    const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event] : []));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]!.message).toMatch(/^cuda cannot be used, so the CPU trains/);
    expect(warnings[0]!.message).not.toContain('/');
    expect(warnings[0]!.cause).toMatch(/Error: .*(\n|.)*at /);
  });

  it('names the device where the process dies on it', async () => {
    const payload = await problem(work, 'killed', { deterministic: false, epochs: 10_000 });
    const training = trainer.train(
      { ...payload, device: 'cuda' },
      {
        signal: new AbortController().signal,
        onEvent: ({ kind }) => {
          if (kind !== 'epoch') return;
          for (const pid of trainer.pids) process.kill(pid, 'SIGKILL');
        },
      },
    );
    await expect(training).rejects.toThrow(
      'it trained on cuda: if its driver is the cause, set `CLIPWRIGHT_DEVICE=cpu`',
    );
  });

  function train(payload: TrainPayload) {
    return trainer.train(payload, { signal: new AbortController().signal, onEvent: () => {} });
  }
});

/** Four labels that half of the dimensions give away. */
async function problem(
  work: string,
  name: string,
  config: Record<string, unknown> = {},
): Promise<TrainPayload> {
  const [samples, dimension, numLabels] = [240, 16, 4];
  const rng = Rng.fromSeed(5);
  const features = new Float32Array(2 * samples * dimension);
  const labels: number[] = [];
  const offsets = [0];
  for (let row = 0; row < samples; row++) {
    for (let label = 0; label < numLabels; label++) {
      const carried = rng.uniform() < 0.3;
      if (carried) labels.push(label);
      const noise = () => (rng.uniform() - 0.5) * 0.8;
      features[row * dimension + label] = (carried ? 1 : 0) + noise();
      features[(samples + row) * dimension + label] = (carried ? 1 : 0) + noise();
    }
    offsets.push(labels.length);
  }
  const featuresPath = path.join(work, `${name}.f32`);
  await writeFile(featuresPath, new Uint8Array(features.buffer));
  const rows = (from: number, to: number) =>
    Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    featuresPath,
    samples,
    dimension,
    numLabels,
    labelOffsets: Int32Array.from(offsets),
    labels: Int32Array.from(labels),
    train: rows(0, 160),
    validation: rows(160, 200),
    validationPaired: rows(170, 190),
    test: rows(200, 240),
    config: fillRunConfig({
      epochs: 12,
      batchSize: 32,
      earlyStopping: null,
      deterministic: true,
      head: { kind: 'MLP', hidden: [16], dropout: 0.1 },
      optimizer: { kind: 'ADAMW', learningRate: 0.01 },
      ...config,
    }),
    seed: 3,
    engine: 'onnxruntime',
    device: 'cpu',
    threads: 1,
    memoryLimit: 2 ** 30,
    checkpointPath: path.join(work, `${name}.checkpoint`),
  };
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
