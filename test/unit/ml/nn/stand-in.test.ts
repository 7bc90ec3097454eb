import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import { concat, input } from '../../../../src/ml/graph/build.js';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import { makeValue, type Value } from '../../../../src/ml/interpret/value.js';
import { withStandIns } from '../../../../src/ml/nn/fusions/stand-in.js';
import { Scope } from '../../../../src/ml/nn/scope.js';
import { expectGradients, weighedSum } from '../../../support/ml/finite-differences.js';

const NONE = [0, 0];
const IMAGE = [1, 1];
const TEXT = [-1, 1];
/** Both, image only, text only, neither. */
const ROWS = { image: [IMAGE, IMAGE, NONE, NONE], text: [TEXT, NONE, TEXT, NONE] };
const STAND_INS = {
  'fusion.image.standIn': makeValue([7, 8], [2]),
  'fusion.text.standIn': makeValue([5, 6], [2]),
};

function build(scope: Scope, rate: number, batch: number) {
  const embeds = { image: input('image', [batch, 2]), text: input('text', [batch, 2]) };
  return { embeds, outputs: withStandIns(scope, embeds, rate) };
}

const rowsOf = ({ data }: Value) =>
  Array.from({ length: data.length / 2 }, (_, row) => [...data.slice(2 * row, 2 * row + 2)]);

describe('stand-ins', () => {
  it('are not there without modality dropout', () => {
    const scope = new Scope(4);
    const { embeds, outputs } = build(scope, 0, 4);
    expect(outputs).toBe(embeds);
    expect([...scope.parameters, ...scope.masks]).toEqual([]);
  });

  it('take the place of what is missing, and of nothing else, when not training', () => {
    const { outputs } = build(new Scope(null), 0.5, 4);
    const image = makeValue(ROWS.image.flat(), [4, 2]);
    const text = makeValue(ROWS.text.flat(), [4, 2]);
    const result = interpret({ outputs }, { image, text, ...STAND_INS });
    expect(rowsOf(result.image)).toEqual([IMAGE, IMAGE, [7, 8], [7, 8]]);
    expect(rowsOf(result.text)).toEqual([TEXT, [5, 6], TEXT, [5, 6]]);
  });

  it('take the place of one modality of a sample with both, and never of the only one', () => {
    const combinations = [0, 1].flatMap((both) => [0, 1].map((image) => [both, image] as const));
    for (const [both, keepsImage] of combinations) {
      const { outputs } = build(new Scope(4), 0.5, 4);
      const result = interpret(
        { outputs },
        {
          image: makeValue(ROWS.image.flat(), [4, 2]),
          text: makeValue(ROWS.text.flat(), [4, 2]),
          'fusion.keepsBoth': makeValue(Array(4).fill(both), [4, 1]),
          'fusion.keepsImage': makeValue(Array(4).fill(keepsImage), [4, 1]),
          ...STAND_INS,
        },
      );
      expect(rowsOf(result.image)).toEqual([
        both || keepsImage ? IMAGE : [7, 8],
        IMAGE,
        [7, 8],
        [7, 8],
      ]);
      expect(rowsOf(result.text)).toEqual([
        both || !keepsImage ? TEXT : [5, 6],
        [5, 6],
        TEXT,
        [5, 6],
      ]);
    }
  });

  it('come as often as the rate says, half of the time for each modality', () => {
    const [batch, rate] = [20_000, 0.3];
    const scope = new Scope(batch);
    const { outputs } = build(scope, rate, batch);
    const feeds: Record<string, Value> = {
      image: makeValue(Array(batch).fill(IMAGE).flat(), [batch, 2]),
      text: makeValue(Array(batch).fill(TEXT).flat(), [batch, 2]),
      ...STAND_INS,
    };
    const rng = Rng.fromSeed(2);
    for (const { name, width, keep } of scope.masks) {
      const mask = new Uint8Array(batch * width);
      rng.fillBernoulli(mask, keep);
      feeds[name] = makeValue(mask, [batch, width]);
    }
    const result = interpret({ outputs }, feeds);
    const share = (value: Value, standIn: number) =>
      rowsOf(value).filter(([first]) => first === standIn).length / batch;
    // Five standard deviations.
    expect(Math.abs(share(result.image, 7) - rate / 2)).toBeLessThan(0.013);
    expect(Math.abs(share(result.text, 5) - rate / 2)).toBeLessThan(0.013);
  });

  it('have the gradient of finite differences', () => {
    const scope = new Scope(null);
    const { outputs } = build(scope, 0.5, 4);
    expectGradients(
      weighedSum(concat([outputs.image, outputs.text], 1)),
      scope.parameters.map(({ node }) => node),
      {
        image: makeValue(ROWS.image.flat(), [4, 2]),
        text: makeValue(ROWS.text.flat(), [4, 2]),
        ...STAND_INS,
      },
    );
  });
});
