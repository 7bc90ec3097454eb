import { ClipwrightError } from '../../../src/errors/clipwright-error.js';
import type {
  TrainEvent,
  TrainPayload,
  TrainResult,
} from '../../../src/ml/processes/train.methods.js';
import { encodeScores } from '../../../src/ml/train/scores-file.js';

/** Trains by looking things up, when it is let. */
export class FakeTrainer {
  /** `<head> <fusion> <seed>` of every training that was begun, and of those under way */
  readonly begun: string[] = [];
  readonly underWay = new Set<string>();
  most = 0;
  /** those that throw */
  failing = new Set<string>();
  /** the mean average precision that a training reaches */
  quality: (payload: TrainPayload) => number = () => 0.5;
  /** the same on the samples that have a photo and a caption */
  pairedQuality: (payload: TrainPayload) => number = (payload) => this.quality(payload);
  /** probability of a label, by the truth */
  score: (payload: TrainPayload, truth: boolean, position: number) => number = (_, truth) =>
    truth ? 0.9 : 0.1;
  #held = false;
  #waiting: (() => void)[] = [];

  /** From now on trainings wait. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  async train(
    payload: TrainPayload,
    { signal, onEvent }: { signal: AbortSignal; onEvent(event: TrainEvent): void },
  ): Promise<TrainResult> {
    const name = nameOf(payload);
    this.begun.push(name);
    this.underWay.add(name);
    this.most = Math.max(this.most, this.underWay.size);
    try {
      if (this.#held) {
        await new Promise<void>((resolve, reject) => {
          this.#waiting.push(resolve);
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
          if (signal.aborted) reject(signal.reason);
        });
      }
      if (this.failing.has(name)) throw new ClipwrightError('TRAINING_DIVERGED', 'planted');
      return this.#result(payload, onEvent);
    } finally {
      this.underWay.delete(name);
    }
  }

  #result(payload: TrainPayload, onEvent: (event: TrainEvent) => void): TrainResult {
    const metrics = {
      microF1: this.quality(payload) / 2,
      macroF1: this.quality(payload) / 4,
      samplesF1: 0.5,
      weightedF1: 0.5,
      meanAveragePrecision: this.quality(payload),
      hammingLoss: 0.1,
      subsetAccuracy: 0.5,
      undefinedLabels: [],
    };
    const epoch = {
      epoch: 1,
      trainLoss: 1,
      validationLoss: 1,
      validation: metrics,
      learningRate: 0.001,
      seconds: 2,
    };
    onEvent({ kind: 'epoch', epoch, progress: 0.5, etaSeconds: 1 });
    return {
      bestEpoch: 1,
      history: [epoch],
      head: Buffer.from(`head ${nameOf(payload)}`),
      scores: encodeScores({
        numLabels: payload.numLabels,
        validation: this.#scores(payload, payload.validation),
        test: this.#scores(payload, payload.test),
      }),
      best: metrics,
      bestPaired: { ...metrics, meanAveragePrecision: this.pairedQuality(payload) },
      final: metrics,
      labelMetrics: { VALIDATION: [], TEST: [] },
      thresholds: Array(payload.numLabels).fill(0.5),
    };
  }

  #scores(payload: TrainPayload, positions: Int32Array) {
    const { numLabels, labels, labelOffsets } = payload;
    const scores = Float32Array.from({ length: positions.length * numLabels }, (_, i) => {
      const position = positions[Math.floor(i / numLabels)]!;
      const own = labels.subarray(labelOffsets[position], labelOffsets[position + 1]);
      return this.score(payload, own.includes(i % numLabels), position);
    });
    return { positions, scores };
  }
}

export function nameOf({ config, seed }: Pick<TrainPayload, 'config' | 'seed'>): string {
  return `${config.head.kind} ${config.fusion.kind} ${seed}`;
}
