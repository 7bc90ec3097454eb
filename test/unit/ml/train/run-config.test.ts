import { describe, expect, it } from 'vitest';
import { fillRunConfig, readRunConfig } from '../../../../src/ml/train/run-config.js';

const DEFAULTS = {
  head: {
    kind: 'MLP',
    hidden: [512],
    activation: 'GELU',
    dropout: 0.2,
    layerNorm: false,
    batchNorm: false,
    residual: false,
    coupling: 0,
  },
  fusion: { kind: 'CONCAT', modalityDropout: 0 },
  loss: { kind: 'BCE', positiveWeights: false, labelSmoothing: 0 },
  optimizer: {
    kind: 'ADAMW',
    learningRate: 0.001,
    weightDecay: 0.01,
    clipNorm: 0,
    averageDecay: 0,
    schedule: 'CONSTANT',
    warmupEpochs: 1,
    stepEpochs: 10,
    stepFactor: 0.1,
  },
  mixup: 0,
  epochs: 30,
  batchSize: 256,
  earlyStopping: { metric: 'MEAN_AVERAGE_PRECISION', patience: 5 },
  thresholds: { kind: 'PER_LABEL' },
  deterministic: false,
};

describe('a run’s settings', () => {
  it('have the defaults of the API', () => {
    expect(fillRunConfig()).toEqual(DEFAULTS);
    expect(fillRunConfig({ head: { kind: 'LINEAR' } }).head).toEqual({
      kind: 'LINEAR',
      coupling: 0,
    });
    expect(fillRunConfig({ loss: { kind: 'ASYMMETRIC' } }).loss).toEqual({
      kind: 'ASYMMETRIC',
      positiveWeights: false,
      gammaPositive: 0,
      gammaNegative: 4,
      margin: 0.05,
    });
    expect(fillRunConfig({ loss: { kind: 'FOCAL' } }).loss).toEqual({
      kind: 'FOCAL',
      gamma: 2,
      alpha: null,
      labelSmoothing: 0,
    });
    expect(fillRunConfig({ optimizer: { kind: 'SGD' } }).optimizer).toMatchObject({
      learningRate: 0.1,
      weightDecay: 0,
      momentum: 0.9,
      nesterov: false,
    });
    expect(fillRunConfig({ thresholds: { kind: 'FIXED' } }).thresholds).toEqual({
      kind: 'FIXED',
      value: 0.5,
    });
    for (const kind of ['GLOBAL', 'PER_LABEL', 'CROSS_VALIDATED', 'CARDINALITY']) {
      expect(fillRunConfig({ thresholds: { kind } }).thresholds).toEqual({ kind });
    }
  });

  it('are taken again as they were given out, nulls for absent options included', () => {
    const filled = fillRunConfig({ head: { kind: 'LINEAR' }, epochs: 3 });
    expect(fillRunConfig(filled)).toEqual(filled);
    const head = { kind: 'LINEAR', hidden: null, dropout: null };
    expect(fillRunConfig({ ...filled, head })).toEqual(filled);
    const focal = fillRunConfig({ loss: { kind: 'FOCAL' } });
    expect(fillRunConfig(focal)).toEqual(focal);
  });

  it.each(['CONSTANT', 'WARMUP_COSINE', 'STEP', 'ONE_CYCLE'])(
    'are taken again with schedule %s, with nulls or defaults for the options of the others',
    (schedule) => {
      const filled = fillRunConfig({ optimizer: { kind: 'ADAMW', schedule } });
      expect(fillRunConfig(filled)).toEqual(filled);
      const nulls = { warmupEpochs: null, stepEpochs: null, stepFactor: null };
      expect(fillRunConfig({ optimizer: { kind: 'ADAMW', schedule, ...nulls } })).toEqual(filled);
    },
  );

  it('have the options of the schedule that was chosen', () => {
    const stepped = { schedule: 'STEP', stepEpochs: 3, stepFactor: 0.5 };
    expect(fillRunConfig({ optimizer: { kind: 'SGD', ...stepped } }).optimizer).toMatchObject(
      stepped,
    );
    const warm = { schedule: 'WARMUP_COSINE', warmupEpochs: 4 };
    expect(fillRunConfig({ optimizer: { kind: 'LION', ...warm } }).optimizer).toMatchObject(warm);
  });

  it('that an earlier version stored are read as they are, options without effect included', () => {
    expect(readRunConfig(DEFAULTS)).toEqual(DEFAULTS);
    const optimizer = { ...DEFAULTS.optimizer, stepEpochs: 3, warmupEpochs: 2 };
    const stored = { ...DEFAULTS, optimizer };
    expect(readRunConfig(stored)).toEqual(stored);
    expect(() => fillRunConfig(stored)).toThrow('for `optimizer.warmupEpochs` but received 2');
    // Before there were averages and mixup.
    const { averageDecay: _, ...fewer } = optimizer;
    const { mixup: __, ...older } = stored;
    expect(readRunConfig({ ...older, optimizer: fewer })).toEqual(stored);
  });

  it('run all epochs where early stopping is null', () => {
    expect(fillRunConfig({ earlyStopping: null }).earlyStopping).toBeNull();
    expect(fillRunConfig({ earlyStopping: undefined }).earlyStopping).toEqual(
      DEFAULTS.earlyStopping,
    );
  });

  it('are one pass where the head is not trained, whatever else was asked for', () => {
    const head = { kind: 'KNN' };
    const asked = { head, epochs: 50, mixup: 0.4, batchSize: 64, optimizer: { kind: 'SGD' } };
    const config = fillRunConfig(asked);
    expect(config).toMatchObject({ epochs: 1, mixup: 0, earlyStopping: null });
    expect(config).toEqual(fillRunConfig({ head }));
    expect(fillRunConfig(config)).toEqual(config);
  });

  it.each([
    [{ epochs: 0 }, 'expected an integer from 1 to 10000 for `epochs` but received 0'],
    [{ batchSize: 1.5 }, 'expected an integer from 1 to 65536 for `batchSize` but received 1.5'],
    [
      { head: { kind: 'CNN' } },
      'expected one of LINEAR, MLP, ADAPTER, COSINE, TEXT_BLENDED, GMLP, MIXER, TRANSFORMER, LABEL_QUERY, TOKEN_QUERY, ' +
        'ZERO_SHOT, KNN, ' +
        'TIP_ADAPTER for `head.kind` but received "CNN"',
    ],
    [
      { head: { kind: 'ZERO_SHOT' } },
      'expected one of IMAGE_ONLY, TEXT_ONLY, SUM, MEAN, MAX, whose features ZERO_SHOT compares with label texts, for ' +
        '`fusion.kind` but received "CONCAT"',
    ],
    [
      { head: { kind: 'COSINE', start: 'LABEL_TEXTS' }, fusion: { kind: 'HADAMARD' } },
      'expected one of IMAGE_ONLY, TEXT_ONLY, SUM, MEAN, MAX, WEIGHTED_SUM, LATE, whose features COSINE',
    ],
    [
      { head: { kind: 'KNN' }, fusion: { kind: 'FILM' } },
      'expected one of IMAGE_ONLY, TEXT_ONLY, CONCAT, SUM, MEAN, MAX, INTERACTION, which train nothing, as KNN does not, for `fusion.kind`',
    ],
    [
      { head: { kind: 'KNN' }, fusion: { kind: 'CONCAT', modalityDropout: 0.2 } },
      'expected 0, as KNN learns nothing to stand in for what is missing, for `fusion.modalityDropout` but received 0.2',
    ],
    [{ head: { kind: 'COSINE', prompts: ['a {}'] } }, 'for `head.start` but received "RANDOM"'],
    [
      { head: { kind: 'LABEL_QUERY', prompts: ['a {}'] } },
      'for `head.queries` but received "LEARNED"',
    ],
    [
      { head: { kind: 'LABEL_QUERY', queries: 'LABEL_TEXTS', groups: 2 } },
      'expected 0 with queries from LABEL_TEXTS for `head.groups` but received 2',
    ],
    [
      { head: { kind: 'TEXT_BLENDED', prompts: ['a {} or {}'] } },
      "expected 1 to 80 texts of at most 200 characters, each with one {} for the label's name, for `head.prompts`",
    ],
    [
      { head: { kind: 'TRANSFORMER', width: 130 } },
      'expected a divisor of `head.width` (130) for `head.heads` but received 4',
    ],
    [
      { head: { kind: 'ADAPTER', residualRatio: 0 } },
      'expected a number above 0 and up to 1 for `head.residualRatio` but received 0',
    ],
    [
      { head: { kind: 'LINEAR', dropout: 0.5 } },
      'expected no such option with kind LINEAR for `head.dropout` but received 0.5',
    ],
    [
      { head: { kind: 'MLP', dropout: 1 } },
      'expected a number from 0 and below 1 for `head.dropout` but received 1',
    ],
    [
      { head: { kind: 'MLP', hidden: [] } },
      'expected 1 to 16 integers from 1 to 16384 for `head.hidden` but received []',
    ],
    [
      { head: { kind: 'MLP', activation: 'TANH' } },
      'expected one of GELU, RELU, SILU for `head.activation` but received "TANH"',
    ],
    [
      { optimizer: { kind: 'ADAMW', learningRate: 0 } },
      'expected a number above 0 and up to 10 for `optimizer.learningRate` but received 0',
    ],
    [
      { optimizer: { kind: 'ADAMW', learningRate: Number.NaN } },
      'expected a number above 0 and up to 10 for `optimizer.learningRate` but received NaN',
    ],
    [
      { optimizer: { kind: 'ADAM', momentum: 0.9 } },
      'expected no such option with kind ADAM for `optimizer.momentum` but received 0.9',
    ],
    [
      { loss: { kind: 'BCE', margin: 0.1 } },
      'expected no such option with kind BCE for `loss.margin` but received 0.1',
    ],
    [
      { loss: { kind: 'FOCAL', alpha: 1 } },
      'expected a number above 0 and below 1 for `loss.alpha` but received 1',
    ],
    [
      { loss: { kind: 'SOFT_F1', average: 'SAMPLES' } },
      'expected one of MACRO, MICRO for `loss.average` but received "SAMPLES"',
    ],
    [
      { earlyStopping: { metric: 'LOSS' } },
      'expected one of VALIDATION_LOSS, MICRO_F1, MACRO_F1, SAMPLES_F1, MEAN_AVERAGE_PRECISION for ' +
        '`earlyStopping.metric` but received "LOSS"',
    ],
    [
      { optimizer: { kind: 'ADAMW', stepEpochs: 3 } },
      'expected no such option with schedule CONSTANT, as STEP has it, for `optimizer.stepEpochs` but received 3',
    ],
    [
      { optimizer: { kind: 'SGD', schedule: 'STEP', warmupEpochs: 2 } },
      'expected no such option with schedule STEP, as WARMUP_COSINE has it, for `optimizer.warmupEpochs` but received 2',
    ],
    [
      { optimizer: { kind: 'LION', schedule: 'WARMUP_COSINE', stepFactor: 0.5 } },
      'expected no such option with schedule WARMUP_COSINE, as STEP has it, for `optimizer.stepFactor` but received 0.5',
    ],
    [
      { optimizer: { kind: 'ADAM', schedule: 'ONE_CYCLE', stepEpochs: 0 } },
      'expected an integer from 1 to 10000 for `optimizer.stepEpochs` but received 0',
    ],
    [
      { optimizer: { kind: 'LBFGS', warmupEpochs: 2 } },
      'expected no such option with kind LBFGS for `optimizer.warmupEpochs` but received 2',
    ],
    [{ mixup: -1 }, 'expected a number from 0 and up to 10 for `mixup` but received -1'],
    [{ deterministic: 'yes' }, 'expected true or false for `deterministic` but received "yes"'],
    [{ fusion: 'CONCAT' }, 'expected an object for `fusion` but received "CONCAT"'],
    [{ head: { kind: 'toString' } }, 'for `head.kind` but received "toString"'],
    [{ epoch: 3 }, 'for `config` but received "epoch"'],
  ])('are refused with a message that names option, range and value: %o', (given, message) => {
    expect(() => fillRunConfig(given)).toThrow(message);
  });
});
