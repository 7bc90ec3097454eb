import { describe, expect, it } from 'vitest';
import { add, input } from '../../src/ml/graph/build.js';
import type { TensorData } from '../../src/ml/graph/dtype.js';
import {
  type OperatingPoint,
  predictedAt,
  scoresAt,
} from '../../src/ml/metrics/operating-point.js';
import { sigmoid } from '../../src/ml/metrics/sigmoid.js';
import { exportGraph } from '../../src/ml/onnx/export-graph.js';
import { Session } from '../../src/ml/runtime/session.js';
import { exportDecision } from '../../src/ml/train/export-decision.js';

const LABELS = 5;

/** Its logits are the sum of what it takes. */
function head(): Uint8Array {
  const [image, text] = ['image_embeds', 'text_embeds'].map((name) => input(name, ['N', LABELS]));
  return exportGraph({ outputs: { logits: add(image!, text!) } });
}

const floats = (values: readonly number[], shape = [values.length]): TensorData => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
});

async function decided(
  { thresholds, calibration, topK }: OperatingPoint,
  given: Record<string, TensorData>,
  isEither = false,
) {
  const session = await Session.open(exportDecision(head(), LABELS, isEither), { threads: 1 });
  try {
    const { predicted, scores } = await session.run({
      ...given,
      thresholds: floats(thresholds),
      slopes: floats(calibration?.slopes ?? thresholds.map(() => 1)),
      intercepts: floats(calibration?.intercepts ?? thresholds.map(() => 0)),
      topK: { dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(topK ?? LABELS)) },
    });
    return {
      predicted: [...(predicted!.data as BigInt64Array)].map(Number),
      scores: scores!.data as Float32Array,
    };
  } finally {
    await session.close();
  }
}

const row = (values: readonly number[]) => floats(values, [1, LABELS]);
const OWN = { thresholds: [0.5, 0.25, 0.5, 0.75, 0.5], calibration: null, topK: null };
const CALIBRATION = { slopes: [2, 0.5, 1, -1, 1], intercepts: [0, 1, -1, 0.5, 0] };

describe('a head with its operating point', () => {
  it.each<[string, OperatingPoint, number[]]>([
    ['cut by label', OWN, [2, -1, -3, 1, 0.5]],
    ['calibrated', { ...OWN, calibration: CALIBRATION }, [2, -1, -3, 1, 0.5]],
    ['cut by rank', { ...OWN, thresholds: [0, 0, 0, 0, 0], topK: 2 }, [-4, -1, -3, 1, -6]],
    ['of equal scores', { ...OWN, thresholds: [0, 0, 0, 0, 0], topK: 3 }, [1, 2, 1, 2, 1]],
    ['of a score that is its threshold', OWN, [0, -1, 0, 1, -9]],
    ['of nothing', OWN, [-5, -5, -5, -5, -5]],
    [
      'beyond what probabilities tell apart',
      { ...OWN, calibration: CALIBRATION },
      [90, 0, -90, 90, 40],
    ],
  ])('decides as the server does: %s', async (_, point, logits) => {
    const probs = Float32Array.from(logits, sigmoid);
    const wanted = scoresAt(point, probs);
    const zeros = row(logits.map(() => 0));
    const found = await decided(point, { image_embeds: row(logits), text_embeds: zeros });
    expect(found.predicted).toEqual(predictedAt(point, wanted));
    for (const [label, score] of found.scores.entries()) {
      expect(score).toBeCloseTo(wanted[label]!, 6);
    }
  });

  it('takes nothing for zeros where either is enough', async () => {
    const given = { image_embeds: floats([], [1, 0]), text_embeds: row([2, 0, 0, 0, -1]) };
    const { predicted } = await decided(OWN, given, true);
    expect(predicted).toEqual([0, 1, 2]);
    const both = { image_embeds: row([-9, 0, 0, 9, 9]), text_embeds: row([2, 0, 0, 0, -1]) };
    expect((await decided(OWN, both, true)).predicted).toEqual([3, 4, 1, 2]);
    await expect(decided(OWN, given)).rejects.toThrow('image_embeds');
  });
});
