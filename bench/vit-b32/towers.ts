import { Rng } from '../../src/ml/data/rng.js';
import { int, ints, TowerGraph } from './tower-graph.js';
import { transformer } from './transformer.js';

/** CLIP ViT-B/32. */
export const VIT_B32 = {
  dimension: 512,
  layers: 12,
  image: { size: 224, patch: 32, width: 768 },
  text: { vocabulary: 49_408, context: 77, width: 512 },
} as const;

/** `pixel_values` `[batch, 3, 224, 224]` to `image_embeds` `[batch, 512]`. */
export function visionTower(seed: number): Uint8Array {
  const { dimension, layers, image } = VIT_B32;
  const { size, patch, width } = image;
  const patches = (size / patch) ** 2;
  const graph = new TowerGraph(Rng.fromSeed(seed));
  const name = 'vision_model';
  const embeddings = `${name}.embeddings`;
  const kernel = graph.weight(
    `${embeddings}.patch_embedding.weight`,
    [width, 3, patch, patch],
    (3 * patch * patch) ** -0.5,
  );
  const convolved = graph.op('Conv', ['pixel_values', kernel], {
    kernel_shape: ints([patch, patch]),
    strides: ints([patch, patch]),
  });
  const rows = graph.op(
    'Transpose',
    [graph.op('Reshape', [convolved, graph.int64('patch_rows', [0, width, patches])])],
    { perm: ints([0, 2, 1]) },
  );
  const batch = graph.op(
    'Gather',
    [graph.op('Shape', ['pixel_values']), graph.int64('first', [0])],
    { axis: int(0) },
  );
  const classes = graph.op('Expand', [
    graph.weight(`${embeddings}.class_embedding`, [1, 1, width], width ** -0.5),
    graph.op('Concat', [batch, graph.int64('one_row', [1, width])], { axis: int(0) }),
  ]);
  const positioned = graph.op('Add', [
    graph.op('Concat', [classes, rows], { axis: int(1) }),
    graph.weight(`${embeddings}.position_embedding.weight`, [1, patches + 1, width], width ** -0.5),
  ]);
  const hidden = transformer(
    graph,
    graph.layerNorm(positioned, `${name}.pre_layrnorm`, width),
    name,
    { width, layers, mask: null },
  );
  const pooled = graph.op('Gather', [hidden, graph.int64('class_token', [0], [])], {
    axis: int(1),
  });
  const projected = graph.linear(
    graph.layerNorm(pooled, `${name}.post_layernorm`, width),
    'visual_projection',
    { from: width, to: dimension, deviation: width ** -0.5, bias: false },
  );
  return graph.encode(
    name,
    [{ name: 'pixel_values', dtype: 'float32', shape: ['batch', 3, size, size] }],
    { name: 'image_embeds', dtype: 'float32', shape: ['batch', dimension] },
    projected,
  );
}

/** `input_ids` and `attention_mask` `[batch, length]` to `text_embeds` `[batch, 512]`, at the first of the largest id. */
export function textTower(seed: number): Uint8Array {
  const { dimension, layers, text } = VIT_B32;
  const { vocabulary, context, width } = text;
  const graph = new TowerGraph(Rng.fromSeed(seed));
  const name = 'text_model';
  const embeddings = `${name}.embeddings`;
  const length = graph.op(
    'Gather',
    [graph.op('Shape', ['input_ids']), graph.int64('second', [1])],
    {
      axis: int(0),
    },
  );
  const [zero, first] = [graph.int64('zero', [0]), graph.int64('axis_0', [0])];
  const tokens = graph.op('Gather', [
    graph.weight(`${embeddings}.token_embedding.weight`, [vocabulary, width], 0.02),
    'input_ids',
  ]);
  const positions = graph.op('Slice', [
    graph.weight(`${embeddings}.position_embedding.weight`, [context, width], 0.01),
    zero,
    length,
    first,
  ]);
  const hidden = transformer(graph, graph.op('Add', [tokens, positions]), name, {
    width,
    layers,
    mask: graph.op('Add', [causalMask(graph, context, length), paddingMask(graph)]),
  });
  const normed = graph.layerNorm(hidden, `${name}.final_layer_norm`, width);
  const end = graph.op('ArgMax', ['input_ids'], { axis: int(1), keepdims: int(1) });
  const pooled = graph.op('GatherND', [normed, end], { batch_dims: int(1) });
  const projected = graph.linear(pooled, 'text_projection', {
    from: width,
    to: dimension,
    deviation: width ** -0.5,
    bias: false,
  });
  const ids = { dtype: 'int64', shape: ['batch', 'length'] } as const;
  return graph.encode(
    name,
    [
      { name: 'input_ids', ...ids },
      { name: 'attention_mask', ...ids },
    ],
    { name: 'text_embeds', dtype: 'float32', shape: ['batch', dimension] },
    projected,
  );
}

const FAR_BELOW = -1e9;

/** `[length, length]`: nothing is seen of what comes later. */
function causalMask(graph: TowerGraph, context: number, length: string): string {
  const whole = new Float32Array(context * context);
  for (let row = 0; row < context; row += 1) {
    whole.fill(FAR_BELOW, row * context + row + 1, (row + 1) * context);
  }
  return graph.op('Slice', [
    graph.tensor('causal_mask', [context, context], whole),
    graph.int64('zeros', [0, 0]),
    graph.op('Concat', [length, length], { axis: int(0) }),
    graph.int64('both_axes', [0, 1]),
  ]);
}

/** `[batch, 1, 1, length]` */
function paddingMask(graph: TowerGraph): string {
  const present = graph.op('Unsqueeze', ['attention_mask', graph.int64('middle_axes', [1, 2])]);
  const absent = graph.op('Sub', [
    graph.scalar('one', 1),
    graph.op('Cast', [present], { to: int(1) }),
  ]);
  return graph.op('Mul', [absent, graph.scalar('far_below', FAR_BELOW)]);
}
