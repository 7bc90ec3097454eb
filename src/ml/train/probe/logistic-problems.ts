import { allRows } from '../../data/rows.js';
import type { TensorData } from '../../graph/dtype.js';
import { labelStatistics } from '../../nn/losses/label-statistics.js';
import type { GraphRunner } from '../engine.js';
import type { TrainedRows } from '../trained-rows.js';
import type { Problems } from './many-lbfgs.js';
import { PROBE } from './probe-graph.js';

/** Rows at once, at most: their logits and derivatives stay in a core's cache. */
const CHUNK = 4096;

/** As few chunks as that allows, of one size: how many rows each has. */
export function chunkRows(samples: number): number {
  return Math.ceil(samples / Math.ceil(samples / CHUNK));
}

/**
 * Each label's regression on the samples of which it is known: the mean of its loss plus ½ · penalty · ‖w‖². A point is w and the logit of the mean sample: with
 * features taken from their mean, the bias depends on no weight, and fewer steps are needed.
 */
export class LogisticProblems implements Problems {
  readonly count: number;
  readonly dimension: number;
  readonly scale: Float32Array;
  readonly #samples: number;
  readonly #means: Float64Array;
  readonly #variances: Float64Array;
  /** Of each label: the share of those that carry it. */
  readonly #shares: Float64Array;
  /** Of each label: the samples of which it is known, one at least. */
  readonly #known: Float64Array;
  readonly #chunks: Record<string, TensorData>[] = [];
  #penalty = 0;

  constructor(
    private readonly rows: TrainedRows,
    private readonly runner: GraphRunner,
    private readonly signal: AbortSignal | undefined,
  ) {
    const { features, width, numLabels } = rows;
    this.count = numLabels;
    this.dimension = width + 1;
    this.scale = new Float32Array(numLabels * this.dimension);
    this.#samples = features.length / width;
    [this.#means, this.#variances] = moments(rows);
    [this.#shares, this.#known] = shares(rows);
    const each = chunkRows(this.#samples);
    for (let from = 0; from < this.#samples; from += each) {
      this.#chunks.push(chunkOf(rows, from, Math.min(each, this.#samples - from), each));
    }
  }

  /** Has to be set before anything is evaluated. */
  set penalty(penalty: number) {
    this.#penalty = penalty;
    const { width, numLabels } = this.rows;
    for (let label = 0; label < numLabels; label++) {
      const share = this.#shares[label]!;
      const curvature = share * (1 - share);
      const own = this.scale.subarray(label * this.dimension, (label + 1) * this.dimension);
      for (let i = 0; i < width; i++) own[i] = 1 / (curvature * this.#variances[i]! + penalty);
      own[width] = 1 / curvature;
    }
  }

  /** No weights, and each label as frequent as it is. */
  start(): Float32Array {
    const points = new Float32Array(this.count * this.dimension);
    this.#shares.forEach((share, label) => {
      points[(label + 1) * this.dimension - 1] = Math.log(share / (1 - share));
    });
    return points;
  }

  /** `weight` `[L, F]` and `bias` `[L]` of points. */
  parameters(points: Float32Array): { weight: Float32Array; bias: Float32Array } {
    const { width, numLabels } = this.rows;
    const weight = new Float32Array(numLabels * width);
    const bias = new Float32Array(numLabels);
    for (let label = 0; label < numLabels; label++) {
      const own = points.subarray(label * this.dimension, (label + 1) * this.dimension);
      weight.set(own.subarray(0, width), label * width);
      let atMean = 0;
      for (let i = 0; i < width; i++) atMean += own[i]! * this.#means[i]!;
      bias[label] = own[width]! - atMean;
    }
    return { weight, bias };
  }

  /** The part of the objective that the penalty has, mean over the labels. */
  penaltyOf(points: Float32Array): number {
    let squares = 0;
    for (let i = 0; i < points.length; i++) {
      if (i % this.dimension !== this.dimension - 1) squares += points[i]! ** 2;
    }
    return ((this.#penalty / 2) * squares) / this.count;
  }

  async evaluate(points: Float32Array) {
    const { width, numLabels } = this.rows;
    const { weight, bias } = this.parameters(points);
    const parameters: Record<string, TensorData> = {
      [PROBE.weight]: { dtype: 'float32', shape: [numLabels, width], data: weight },
      [PROBE.bias]: { dtype: 'float32', shape: [numLabels], data: bias },
    };
    const values = new Float64Array(numLabels);
    const byWeight = new Float64Array(numLabels * width);
    const byBias = new Float64Array(numLabels);
    for (const chunk of this.#chunks) {
      this.signal?.throwIfAborted();
      const sums = await this.runner.run({ ...parameters, ...chunk });
      addTo(values, sums.loss!.data as Float32Array);
      addTo(byWeight, sums.byWeight!.data as Float32Array);
      addTo(byBias, sums.byBias!.data as Float32Array);
    }
    return this.#penalised(points, values, byWeight, byBias);
  }

  #penalised(
    points: Float32Array,
    sums: Float64Array,
    byWeight: Float64Array,
    byBias: Float64Array,
  ) {
    const { width, numLabels } = this.rows;
    const gradients = new Float32Array(points.length);
    const values = new Float64Array(numLabels);
    for (let label = 0; label < numLabels; label++) {
      const own = label * this.dimension;
      const share = 1 / this.#known[label]!;
      let squares = 0;
      for (let i = 0; i < width; i++) {
        const w = points[own + i]!;
        squares += w * w;
        const centred = byWeight[label * width + i]! - byBias[label]! * this.#means[i]!;
        gradients[own + i] = centred * share + this.#penalty * w;
      }
      gradients[own + width] = byBias[label]! * share;
      values[label] = sums[label]! * share + (this.#penalty / 2) * squares;
    }
    return { values, gradients };
  }
}

/** `there` samples from `from` on, filled up to `rows`; views where nothing has to be filled up. */
function chunkOf(
  { features, targets, width, numLabels }: TrainedRows,
  from: number,
  there: number,
  rows: number,
): Record<string, TensorData> {
  const counts = new Float32Array(rows).fill(1, 0, there);
  let samples = features.subarray(from * width, (from + there) * width);
  let labels = targets.subarray(from * numLabels, (from + there) * numLabels);
  if (there < rows) {
    const [whole, all] = [new Float32Array(rows * width), new Uint8Array(rows * numLabels)];
    whole.set(samples);
    all.set(labels);
    [samples, labels] = [whole, all];
  }
  return {
    [PROBE.features]: { dtype: 'float32', shape: [rows, width], data: samples },
    [PROBE.targets]: { dtype: 'uint8', shape: [rows, numLabels], data: labels },
    [PROBE.counts]: { dtype: 'float32', shape: [1, rows], data: counts },
  };
}

/** Of every label, the share of its known samples that carry it, never quite none or all, so that its logit is finite; and how many those are. */
function shares({ targets, numLabels }: TrainedRows): [Float64Array, Float64Array] {
  const rows = allRows(targets.length / numLabels);
  const { positives, negatives } = labelStatistics(targets, numLabels, rows);
  const known = Float64Array.from(negatives, (count, label) =>
    Math.max(1, count + positives[label]!),
  );
  const carried = known.map((count, label) => {
    const least = 0.5 / count;
    return Math.min(Math.max(positives[label]! / count, least), 1 - least);
  });
  return [carried, known];
}

function addTo(target: Float64Array, x: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += x[i]!;
}

/** Mean and variance of every feature. */
function moments({ features, width }: TrainedRows): [Float64Array, Float64Array] {
  const means = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let at = 0; at < features.length; at += width) {
    for (let i = 0; i < width; i++) {
      const x = features[at + i]!;
      means[i]! += x;
      squares[i]! += x * x;
    }
  }
  const samples = features.length / width;
  for (let i = 0; i < width; i++) {
    means[i]! /= samples;
    squares[i] = Math.max(0, squares[i]! / samples - means[i]! ** 2);
  }
  return [means, squares];
}
