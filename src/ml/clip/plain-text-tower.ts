import { NodeList } from '../onnx/node-list.js';
import { wrapModel } from '../onnx/rewrite/wrap-model.js';
import type { TowerEnd } from './tower-end.js';

/** How a tower fills its texts up. */
export interface TextFilling {
  /** To how many tokens, by how many there are, up to the whole context. */
  readonly lengths: readonly number[];
  /** With which token. */
  readonly id: number;
  /** Whether the mask lets it see them. */
  readonly isSeen: boolean;
}

/**
 * A text tower that takes the tokens of one text alone, `text` int64 `[1, tokens]`: it makes its mask itself.
 * @param path of the tower
 * @param filling null where nothing is filled up
 * @returns the bytes of its file
 */
export function plainTextTower(
  path: string,
  filling: TextFilling | null,
  end: TowerEnd,
): AsyncIterable<Uint8Array> {
  return wrapModel(path, end.outputs, ({ inputs, output }) => ({
    inputs: [{ name: 'text', dtype: 'int64', shape: [1, 'tokens'] }],
    before: tokens(filling, inputs.has('attention_mask')),
    ...end.behind(output),
    notice: `takes the tokens of a text alone, and gives ${end.gives}; its weights are as they were`,
  }));
}

function tokens(filling: TextFilling | null, isMasked: boolean): NodeList {
  const list = new NodeList('clipwright tokens');
  const size = list.emit('Shape', ['text']);
  const more = filling && missing(list, size, filling.lengths);
  const give = (given: string, value: number, output: string) => {
    if (more === null) {
      list.emit('Identity', [given], {}, output);
      return;
    }
    const rest = list.emit('Expand', [list.ints([value]), more]);
    list.emit('Concat', [given, rest], { axis: { kind: 'int', value: 1 } }, output);
  };
  give('text', filling?.id ?? 0, 'input_ids');
  if (isMasked) {
    const ones = list.emit('Expand', [list.ints([1]), size]);
    give(ones, filling?.isSeen ? 1 : 0, 'attention_mask');
  }
  return list;
}

/** `[1, tokens to fill up with]` */
function missing(list: NodeList, size: string, lengths: readonly number[]): string {
  const length = list.emit('Gather', [size, list.ints([1])]);
  const wanted = list.emit('Gather', [list.ints(lengths), length]);
  const count = list.emit('Sub', [wanted, length]);
  return list.emit('Concat', [list.ints([1]), count], { axis: { kind: 'int', value: 0 } });
}
