import { describe, expect, it } from 'vitest';
import { input } from '../../../../src/ml/graph/build.js';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import { makeValue, type Value } from '../../../../src/ml/interpret/value.js';
import { clipNorm } from '../../../../src/ml/nn/optimizers/clip-norm.js';
import {
  optimizerOf,
  STEP_OPTIMIZERS,
  stepOptimizer,
} from '../../../../src/ml/nn/optimizers/table.js';
import { fillVariant } from '../../../../src/ml/nn/variant.js';
import { expectClose } from '../../../support/ml/close.js';
import { optimizerFixture, torchFixture } from '../../../support/ml/torch-fixture.js';

const EXACT = { absolute: 1e-12, relative: 1e-10 };

interface Recording {
  readonly start: readonly number[];
  readonly rates: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

/** The parameter and the slots after each step, computed in float64. */
function steps(given: object, { start, rates, gradients }: Recording, decay = true) {
  const config = stepOptimizer(fillVariant('optimizer', STEP_OPTIMIZERS, given, 'ADAMW'));
  const optimizer = optimizerOf(config);
  const shape = [start.length];
  const slots = Object.fromEntries(optimizer.slots.map((name) => [name, input(name, shape)]));
  const scalars = Object.fromEntries(
    optimizer.scalars.map((name) => [name, input(`@${name}`, [])]),
  );
  const updated = optimizer.update(
    {
      parameter: input('parameter', shape),
      gradient: input('gradient', shape),
      slots,
      scalars,
      decay,
    },
    config,
  );
  let state: Record<string, Value> = { parameter: makeValue([...start], shape) };
  for (const name of optimizer.slots)
    state[name] = makeValue(
      start.map(() => 0),
      shape,
    );
  return gradients.map((gradient, index) => {
    const at = optimizer.scalarsAt(index + 1, rates[index]!, config);
    const fed = Object.entries(at).map(([name, x]) => [`@${name}`, makeValue([x], [])]);
    state = interpret(
      { outputs: { parameter: updated.parameter, ...updated.slots } },
      { ...state, gradient: makeValue([...gradient], shape), ...Object.fromEntries(fed) },
    );
    return Object.fromEntries(Object.entries(state).map(([name, { data }]) => [name, data]));
  });
}

describe('optimizers take the steps that PyTorch takes', () => {
  const adamw = torchFixture.adamw.map(({ weightDecay, after, ...recording }) => {
    return { config: { kind: 'ADAMW', weightDecay }, after, recording };
  });
  const others = optimizerFixture.cases.map((each) => ({ ...each, recording: optimizerFixture }));
  const cases = [...adamw, ...others];

  it.each(cases)('$config', ({ config, after, recording }) => {
    steps(config, recording).forEach(({ parameter }, index) => {
      expectClose(parameter!, after[index]!, EXACT, `after step ${index + 1}`);
    });
  });

  it.each(cases)('and no weight decay where it does not apply: $config', (each) => {
    const undecayed = steps({ ...each.config, weightDecay: 0 }, each.recording);
    expect(steps(each.config, each.recording, false)).toEqual(undecayed);
  });

  it('each of them', () => {
    expect(new Set(cases.map(({ config }) => config.kind))).toEqual(
      new Set(Object.keys(STEP_OPTIMIZERS)),
    );
  });
});

describe('gradients clipped by their norm', () => {
  const shapes = [[2, 3], [4]];
  const inputs = shapes.map((shape, i) => input(`gradient${i}`, shape));

  it.each(optimizerFixture.clipping)('equal PyTorch’s: at most $maxNorm', (each) => {
    const { maxNorm, before, after } = each;
    const clipped = clipNorm(inputs, maxNorm);
    const feeds = before.map((x, i) => [`gradient${i}`, makeValue(x, shapes[i]!)] as const);
    const outputs = { first: clipped[0]!, second: clipped[1]! };
    const result = interpret({ outputs }, Object.fromEntries(feeds));
    expectClose(result.first.data, after[0]!, EXACT);
    expectClose(result.second.data, after[1]!, EXACT);
  });

  it('stay as they are for 0', () => {
    expect(clipNorm(inputs, 0)).toEqual(inputs);
  });
});

describe('averages', () => {
  it.each(Object.keys(STEP_OPTIMIZERS))(
    'of %s are means of the weights, the late ones most',
    (kind) => {
      const plain = steps({ kind }, optimizerFixture).map(({ parameter }) => parameter!);
      const decay = 0.7;
      const averaged = steps({ kind, averageDecay: decay }, optimizerFixture);
      averaged.forEach(({ parameter, average }, last) => {
        expect(parameter).toEqual(plain[last]);
        const weights = plain.slice(0, last + 1).map((_, step) => decay ** (last - step));
        const total = weights.reduce((a, b) => a + b);
        const expected = optimizerFixture.start.map((_, i) =>
          weights.reduce((sum, weight, step) => sum + (weight / total) * plain[step]![i]!, 0),
        );
        expectClose(average!, expected, EXACT, `after step ${last + 1}`);
      });
    },
  );
});
