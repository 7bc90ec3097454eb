import * as ort from 'onnxruntime-node';
import type { Device } from './device.js';
import { int8SumsOverflow } from './int8-sums.js';

/**
 * How long an idle thread waits for the next op before it sleeps. The gaps within a training step are shorter; ONNX
 * Runtime's own much longer wait burns the cores that the server and other models need: with both cores busy a step of
 * 1024 → 512 → 18 took 17 ms of CPU time with it and 10 ms with this (8 ms on one thread).
 */
const SPIN_MICROSECONDS = '50';

/** Of this process's CPU: asked once, before its first session. */
let sumsOverflow: Promise<boolean> | undefined;

export interface SessionOptions {
  /** Threads inside one op; 1 makes results repeatable bit for bit on one machine. */
  readonly threads: number;
  /** The CPU if left out. Ops that another device lacks run on the CPU all the same. */
  readonly device?: Device | undefined;
  /** Where the files lie that a graph given as bytes has its weights in. */
  readonly weightsFolder?: string | undefined;
  /** It is run once: what makes later runs faster is left out. */
  readonly isForOnce?: boolean | undefined;
}

/**
 * `kept`: the outputs that stay where the device has them, in the terms of ONNX Runtime.
 * @throws RangeError, or what ONNX Runtime says of a model or a device that it cannot open
 */
export async function openInner(
  model: Uint8Array | string,
  { threads, device = 'cpu', weightsFolder, isForOnce = false }: SessionOptions,
  kept?: Readonly<Record<string, ort.Tensor.DataLocation>>,
): Promise<ort.InferenceSession> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(
      `expected an integer of at least 1 for \`threads\` but received ${threads}`,
    );
  }
  sumsOverflow ??= int8SumsOverflow();
  const areSumsWrong = await sumsOverflow;
  const settings: ort.InferenceSession.SessionOptions = {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: isForOnce ? 'disabled' : 'all',
    logSeverityLevel: 3,
    extra: {
      session: {
        intra_op: { spin_duration_us: SPIN_MICROSECONDS },
        // Makes signed weights unsigned, for kernels that are slower and never wrong: the same sums on all CPUs.
        ...(areSumsWrong && { x64quantprecision: '1' }),
        ...(weightsFolder !== undefined && {
          model_external_initializers_file_folder_path: weightsFolder,
        }),
        ...(isForOnce && { disable_prepacking: '1' }),
      },
    },
    ...(kept && { preferredOutputLocation: kept }),
  };
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, settings)
    : ort.InferenceSession.create(model, settings);
}
