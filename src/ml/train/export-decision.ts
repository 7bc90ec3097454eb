import { logit } from '../metrics/sigmoid.js';
import { decodeModel } from '../onnx/decode-model.js';
import { encodeModel, type OnnxValue } from '../onnx/model.js';
import { NodeList } from '../onnx/node-list.js';

/**
 * A head with an operating point behind it, as one ONNX file for one sample: what the head takes, `[1, D]`, and `slopes`, `intercepts`,
 * `thresholds` `[L]` and `topK` `[1]` → `predicted`, the places of the labels that are at or above their threshold among the `topK` best,
 * best first, and `scores` `[L]`: σ(slope · logit + intercept), of logits that are held where those of probabilities end.
 * @param isEither what is missing is `[1, 0]`, and zeros for the head
 * @param head `… → logits [N, L]`, as this program writes it
 */
export function exportDecision(head: Uint8Array, numLabels: number, isEither: boolean): Uint8Array {
  const graph = decodeModel(head);
  const list = new NodeList('decision');
  const filled = new Map(
    isEither ? graph.inputs.map((value) => [value.name, filledUp(list, value)] as const) : [],
  );
  const filling = [...list.nodes];
  addDecision(list);
  const ofLabels = (name: string): OnnxValue => ({ name, dtype: 'float32', shape: [numLabels] });
  return encodeModel({
    name: graph.name,
    nodes: [
      ...filling,
      ...graph.nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map((name) => filled.get(name) ?? name),
      })),
      ...list.nodes.slice(filling.length),
    ],
    initializers: { ...graph.initializers, ...list.initializers },
    inputs: [
      ...graph.inputs.map(
        (value): OnnxValue => ({ ...value, shape: [1, isEither ? 'values' : width(value)] }),
      ),
      ...['slopes', 'intercepts', 'thresholds'].map(ofLabels),
      { name: 'topK', dtype: 'int64', shape: [1] },
    ],
    outputs: [{ name: 'predicted', dtype: 'int64', shape: ['predicted'] }, ofLabels('scores')],
  });
}

/** `[1, 0]` becomes zeros. */
function filledUp(list: NodeList, value: OnnxValue): string {
  const size = width(value);
  const zeros = list.floats(new Float32Array(size), [1, size]);
  const both = list.emit('Concat', [value.name, zeros], { axis: { kind: 'int', value: 1 } });
  return list.emit('Slice', [both, list.ints([0]), list.ints([size]), list.ints([1])]);
}

function addDecision(list: NodeList): void {
  const most = logit(1);
  const held = list.emit('Clip', ['logits', list.floats([-most], []), list.floats([most], [])]);
  const calibrated = list.emit('Add', [list.emit('Mul', [held, 'slopes']), 'intercepts']);
  const probs = list.emit('Sigmoid', [calibrated]);
  list.emit('Reshape', [probs, list.ints([-1])], {}, 'scores');
  // Of equal scores the one of the lower place comes first.
  const [best, places] = list.emitAll('TopK', ['scores', 'topK'], 2) as [string, string];
  const least = list.emit('Gather', ['thresholds', places]);
  const isIn = list.emit('GreaterOrEqual', [best, least]);
  list.emit('Compress', [places, isIn], {}, 'predicted');
}

function width({ name, shape }: OnnxValue): number {
  const columns = shape[1];
  if (typeof columns === 'number') return columns;
  throw new Error(`the head takes rows of no fixed length for \`${name}\``);
}
