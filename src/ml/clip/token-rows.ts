import { LARGEST_FLOAT16 } from '../data/float16.js';
import { type TokenShape, tokenRowLength } from '../nn/token-shape.js';
import { type OnnxAttribute, onnxDataType } from '../onnx/model.js';
import { NodeList } from '../onnx/node-list.js';
import { FLOAT16 } from '../onnx/rewrite/stored-tensor.js';
import { imageTokens, TOKENS_OUTPUT, textTokens } from './kept-tokens.js';
import type { TowerEnd } from './tower-end.js';

const int = (value: number): OnnxAttribute => ({ kind: 'int', value });

/**
 * `tokens` `[1, tokenRowLength]` of an image as `imageTokens` makes them of `last_hidden_state`.
 * @param patches from side to side
 */
export function imageTokenRow(shape: TokenShape, patches: number): TowerEnd {
  const { count } = shape;
  const classTokens = count - Math.floor(Math.sqrt(count)) ** 2;
  const length = classTokens + patches * patches;
  const { weights, presence } = weightsOf(
    imageTokens(identity(length), { count, width: length })!,
    length,
  );
  return tokenRow(shape, (list, states) => ({
    states,
    weights: list.floats(weights, [count, length]),
    presence: list.floats(presence, [1, count, 1]),
  }));
}

/** The same of a text as `textTokens` makes them, without what only fills up. */
export function textTokenRow(shape: TokenShape, contextLength: number): TowerEnd {
  const { count, width } = shape;
  const weights = new Float32Array((contextLength + 1) * count * contextLength);
  const presence = new Float32Array((contextLength + 1) * count);
  for (let length = 1; length <= contextLength; length++) {
    const of = weightsOf(textTokens(identity(length), { count, width: length }), length);
    for (let token = 0; token < count; token++) {
      const row = of.weights.subarray(token * length, (token + 1) * length);
      weights.set(row, (length * count + token) * contextLength);
    }
    presence.set(of.presence, length * count);
  }
  return tokenRow(shape, (list, states) => {
    const length = list.emit('Gather', [list.emit('Shape', ['text']), list.ints([1], [])]);
    const table = list.floats(weights, [contextLength + 1, count, contextLength]);
    const there = list.floats(presence, [contextLength + 1, count, 1]);
    const present = list.emit('Gather', [there, list.emit('Reshape', [length, list.ints([1])])]);
    return {
      states: filledUp(list, states, contextLength, width),
      weights: list.emit('Gather', [table, length]),
      presence: present,
    };
  });
}

/** With rows of zeros up to the context, which no weight looks at. */
function filledUp(list: NodeList, states: string, contextLength: number, width: number): string {
  const length = list.emit('Gather', [list.emit('Shape', [states]), list.ints([1])]);
  const missing = list.emit('Sub', [list.ints([contextLength]), length]);
  const size = list.emit('Concat', [list.ints([1]), missing, list.ints([width])], { axis: int(0) });
  const zeros = list.emit('Expand', [list.floats([0]), size]);
  return list.emit('Concat', [states, zeros], { axis: int(1) });
}

interface Pooled {
  /** `[1, length, width]` */
  readonly states: string;
  /** `[count, length]`: the share of each state in each token */
  readonly weights: string;
  /** `[1, count, 1]` */
  readonly presence: string;
}

function tokenRow(shape: TokenShape, pool: (list: NodeList, states: string) => Pooled): TowerEnd {
  return {
    outputs: [TOKENS_OUTPUT],
    gives: 'a row of tokens',
    behind(output) {
      const list = new NodeList('clipwright tokens of');
      const { states, weights, presence } = pool(list, output);
      const rounded = roundedToFloat16(list, list.emit('MatMul', [weights, states]));
      const row = list.emit('Concat', [rounded, presence], { axis: int(2) });
      list.emit('Flatten', [row], { axis: int(1) }, 'tokens');
      const values = tokenRowLength(shape);
      return { after: list, output: { name: 'tokens', dtype: 'float32', shape: [1, values] } };
    },
  };
}

/** As tokens are stored: beyond the largest number, that. */
function roundedToFloat16(list: NodeList, values: string): string {
  const least = list.emit('Max', [values, list.floats([-LARGEST_FLOAT16])]);
  const held = list.emit('Min', [least, list.floats([LARGEST_FLOAT16])]);
  const halves = list.emit('Cast', [held], { to: int(FLOAT16) });
  return list.emit('Cast', [halves], { to: int(onnxDataType('float32')) });
}

/** Tokens are sums of states: those of the identity are the shares, and behind each stands its presence. */
function weightsOf(row: Float32Array, length: number) {
  const count = row.length / (length + 1);
  const weights = new Float32Array(count * length);
  const presence = new Float32Array(count);
  for (let token = 0; token < count; token++) {
    const start = token * (length + 1);
    weights.set(row.subarray(start, start + length), token * length);
    presence[token] = row[start + length]!;
  }
  return { weights, presence };
}

function identity(length: number): Float32Array {
  const states = new Float32Array(length * length);
  for (let at = 0; at < length; at++) states[at * (length + 1)] = 1;
  return states;
}
