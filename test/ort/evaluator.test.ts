import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/ml/data/rng.js';
import { constant, input } from '../../src/ml/graph/build.js';
import { interpret } from '../../src/ml/interpret/interpret.js';
import { makeValue } from '../../src/ml/interpret/value.js';
import { knownLabels } from '../../src/ml/nn/known-labels.js';
import { buildLoss } from '../../src/ml/nn/losses/table.js';
import { buildEvaluation } from '../../src/ml/train/evaluation-graph.js';
import { Evaluator } from '../../src/ml/train/evaluator.js';
import { embedDimensions } from '../../src/ml/train/fit-data.js';
import { initialState } from '../../src/ml/train/initial-state.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { ROWS_AT_ONCE } from '../../src/ml/train/rows-at-once.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { meanLoss } from '../../src/ml/train/sample-feeds.js';
import { samplesInMemory } from '../../src/ml/train/samples-in-memory.js';
import { buildTrainStep } from '../../src/ml/train/train-step.js';
import { expectClose } from '../support/ml/close.js';
import { labelCounts } from '../support/ml/label-counts.js';
import { smallProblem } from '../support/ml/small-problem.js';
import { LOSS_CASES } from '../support/ml/variants.js';

const LABELS = 3;
const data = smallProblem({ samples: 2500, image: 5, text: 4, labels: LABELS });
const samples = Int32Array.from({ length: 2500 }, (_, i) => (i * 7) % 2500);

describe('the loss of a split', () => {
  it.each(LOSS_CASES)('is that of its chunks, weighed by samples: %o', async (loss) => {
    const config = fillRunConfig({ head: { kind: 'LINEAR' }, loss });
    const dims = { embeds: embedDimensions(data, 'CONCAT'), numLabels: LABELS };
    const statistics = labelCounts(60, [30, 17, 1]);
    const step = buildTrainStep(config, dims, 16, statistics);
    const parameters = initialState(step, Rng.fromSeed(1));
    const graph = buildEvaluation(config, dims, statistics);
    const source = samplesInMemory(data, 'CONCAT');
    const evaluator = await Evaluator.open(onnxEngine, graph, source, {
      shared: source.shared,
      threads: 1,
    });
    try {
      const evaluation = await evaluator.evaluate(
        samples,
        Object.fromEntries(step.parameters.map(({ name }) => [name, parameters[name]!])),
      );
      const logits = Array.from(evaluation.probs, (p) => Math.log(p / (1 - p)));
      let expected = 0;
      for (const from of [0, ROWS_AT_ONCE]) {
        const rows = samples.subarray(from, from + ROWS_AT_ONCE);
        const shape = [rows.length, LABELS];
        const batch = {
          ...knownLabels(constant([...source.targetsOf(rows)], shape)),
          rowWeights: constant(1 / (rows.length * LABELS), [rows.length, 1]),
        };
        const ofChunk = buildLoss(
          { logits: input('logits', shape), ...batch, statistics },
          config.loss,
        );
        const chunk = logits.slice(from * LABELS, (from + rows.length) * LABELS);
        const { mean } = interpret(
          { outputs: { mean: meanLoss(ofChunk, batch) } },
          { logits: makeValue(chunk, shape) },
        );
        expected += (mean.data[0]! * rows.length) / samples.length;
      }
      expectClose([evaluation.loss], [expected], { absolute: 1e-6, relative: 1e-4 });
      expect(expected).toBeGreaterThan(0);
    } finally {
      await evaluator.close();
    }
  });
});
