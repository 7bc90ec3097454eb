import { copyOf } from '../onnx/export-copy.js';
import { exportGraph } from '../onnx/export-graph.js';
import { DeviceSession, type DeviceTensors } from '../runtime/device-session.js';
import type { Tensors } from '../runtime/session.js';
import { dispose, openDownload, type Upload, upload } from './device-tensors.js';
import type { EngineOptions, StepRunner } from './engine.js';
import { ofStep } from './of-step.js';
import { openAll } from './open-all.js';
import type { TrainStep } from './train-step.js';

const LOSS = 'loss';
const STEPS = 'steps';
/** Told apart from the state that goes in. */
const next = (state: string): string => `next.${state}`;

interface Parts {
  readonly step: DeviceSession;
  readonly download: DeviceSession;
  readonly shared: Upload;
  readonly start: Upload;
}

/**
 * Repeats a training step on WebGPU, a run of ONNX Runtime each: its Loop runs on the CPU there, and would carry the state
 * down and up again in every step. So state and shared feeds stay on the device, and a step moves its rows, its masks and
 * its loss.
 */
export class WebGpuStepRunner implements StepRunner {
  #state: DeviceTensors;
  /** What was read of the state since the last run. */
  #read: Tensors | undefined;

  private constructor(
    private readonly perStep: readonly string[],
    private readonly parts: Parts,
    start: Tensors,
  ) {
    this.#state = parts.start.tensors;
    this.#read = start;
  }

  static async open(
    { graph }: TrainStep,
    start: Tensors,
    { shared, threads }: EngineOptions,
  ): Promise<WebGpuStepRunner> {
    const states = new Set(graph.states);
    const outputs = Object.fromEntries(
      Object.entries(graph.outputs).map(([name, node]) => [
        states.has(name) ? next(name) : name,
        node,
      ]),
    );
    const parts = await openAll(async (opened) => ({
      step: await opened(
        DeviceSession.open(exportGraph({ outputs }), {
          threads,
          outputs: Object.keys(outputs),
          keep: (name) => name !== LOSS,
        }),
      ),
      download: await opened(openDownload(start, threads)),
      shared: await opened(upload(shared, threads)),
      start: await opened(upload(start, threads)),
    }));
    return new WebGpuStepRunner(graph.perStep, parts, start);
  }

  async state(): Promise<Tensors> {
    if (!this.#read) {
      const { values } = await this.parts.download.run(this.#state);
      const names = Object.keys(this.#state);
      this.#read = Object.fromEntries(names.map((name) => [name, values[copyOf(name)]!]));
    }
    return this.#read;
  }

  async run(feeds: Tensors): Promise<Float32Array> {
    this.#read = undefined;
    // What the shared tensors lack: a window of streamed samples, the same in every step.
    const samples = Object.fromEntries(
      Object.entries(feeds).filter(([name]) => name !== STEPS && !this.perStep.includes(name)),
    );
    const losses = new Float32Array(Number(feeds[STEPS]!.data[0]));
    for (let at = 0; at < losses.length; at++) {
      const own = this.perStep.map((name) => [name, ofStep(feeds[name]!, at)]);
      const { values, kept } = await this.parts.step.run({
        ...this.parts.shared.tensors,
        ...this.#state,
        ...samples,
        ...Object.fromEntries(own),
      });
      const names = Object.keys(this.#state);
      dispose(this.#state);
      this.#state = Object.fromEntries(names.map((name) => [name, kept[next(name)]!]));
      losses[at] = (values[LOSS]!.data as Float32Array)[0]!;
    }
    return losses;
  }

  async close(): Promise<void> {
    const { step, download, shared, start } = this.parts;
    dispose(this.#state);
    for (const part of [start, shared, download, step]) await part.close();
  }
}
