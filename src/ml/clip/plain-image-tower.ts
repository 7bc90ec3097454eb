import type { CropRounding } from '../image/image-preprocessing.js';
import { type OnnxAttribute, onnxDataType } from '../onnx/model.js';
import { NodeList } from '../onnx/node-list.js';
import { wrapModel } from '../onnx/rewrite/wrap-model.js';
import type { EncoderDescription } from './encoder-description.js';
import type { TowerEnd } from './tower-end.js';

const int = (value: number): OnnxAttribute => ({ kind: 'int', value });

/**
 * An image tower that takes the levels of one resized photo, `image` uint8 `[1, height, width, 3]`: crop and normalisation are in the
 * graph, bit for bit those of `toPixelValues`.
 * @param path of the tower
 * @returns the bytes of its file
 */
export function plainImageTower(
  path: string,
  image: EncoderDescription['image'],
  end: TowerEnd,
): AsyncIterable<Uint8Array> {
  return wrapModel(path, end.outputs, ({ output }) => ({
    inputs: [{ name: 'image', dtype: 'uint8', shape: [1, 'height', 'width', 3] }],
    before: pixelValues(image),
    ...end.behind(output),
    notice: `takes the levels of a resized photo, and gives ${end.gives}; its weights are as they were`,
  }));
}

function pixelValues({ geometry, normalization }: EncoderDescription['image']): NodeList {
  const { crop, cropRounding } = geometry;
  const list = new NodeList('clipwright pixels');
  const size = list.emit('Shape', ['image']);
  let levels = 'image';
  for (const [axis, kept] of [
    [1, crop.height],
    [2, crop.width],
  ] as const) {
    const places = middle(list, size, { axis, kept }, cropRounding);
    levels = list.emit('Gather', [levels, places], { axis: int(axis) });
  }
  const floats = list.emit('Cast', [levels], { to: int(onnxDataType('float32')) });
  const { rescaleFactor, mean, std } = normalization;
  const rescaled = list.emit('Div', [floats, list.floats([1 / rescaleFactor], [])]);
  const centred = list.emit('Sub', [rescaled, list.floats(mean)]);
  const scaled = list.emit('Div', [centred, list.floats(std)]);
  const planes: OnnxAttribute = { kind: 'ints', value: [0, 3, 1, 2] };
  list.emit('Transpose', [scaled], { perm: planes }, 'pixel_values');
  return list;
}

/** Where the middle of an axis lies: as `planResize` has it. */
function middle(
  list: NodeList,
  size: string,
  { axis, kept }: { axis: number; kept: number },
  rounding: CropRounding,
): string {
  const two = list.ints([2], []);
  const length = list.emit('Gather', [size, list.ints([axis], [])]);
  const spare = list.emit('Sub', [length, list.ints([kept], [])]);
  const half = list.emit('Div', [spare, two]);
  const start = rounding === 'floor' ? half : halfToEven(list, spare, half, two);
  return list.emit('Add', [start, list.ints(Array.from({ length: kept }, (_, at) => at))]);
}

/** One more where half of an odd number was cut down to an odd one. */
function halfToEven(list: NodeList, spare: string, half: string, two: string): string {
  const even = list.emit('Mul', [list.emit('Div', [half, two]), two]);
  const isOdd = list.emit('Sub', [half, even]);
  return list.emit('Div', [list.emit('Add', [spare, isOdd]), two]);
}
