import { int, ints, type TowerGraph } from './tower-graph.js';

const HEAD_WIDTH = 64;

/**
 * CLIP's transformer: pre-norm, heads of 64, QuickGELU; weights as its own initialisation draws them, but uniform
 * (https://github.com/openai/CLIP/blob/main/clip/model.py, `initialize_parameters`).
 * @param x `[N, T, width]` @param mask added to the scores, or null
 */
export function transformer(
  graph: TowerGraph,
  x: string,
  prefix: string,
  { width, layers, mask }: { width: number; layers: number; mask: string | null },
): string {
  let hidden = x;
  for (let index = 0; index < layers; index += 1) {
    const name = `${prefix}.encoder.layers.${index}`;
    const attended = attention(
      graph,
      graph.layerNorm(hidden, `${name}.layer_norm1`, width),
      `${name}.self_attn`,
      { width, layers, mask },
    );
    hidden = graph.op('Add', [hidden, attended]);
    const fed = feedForward(
      graph,
      graph.layerNorm(hidden, `${name}.layer_norm2`, width),
      `${name}.mlp`,
      { width, layers },
    );
    hidden = graph.op('Add', [hidden, fed]);
  }
  return hidden;
}

function attention(
  graph: TowerGraph,
  x: string,
  name: string,
  { width, layers, mask }: { width: number; layers: number; mask: string | null },
): string {
  const inward = { from: width, to: width, deviation: width ** -0.5, bias: true };
  const heads = graph.int64(`heads_${width}`, [0, -1, width / HEAD_WIDTH, HEAD_WIDTH]);
  const split = (part: string, perm: readonly number[]) =>
    graph.op('Transpose', [graph.op('Reshape', [part, heads])], { perm: ints(perm) });
  const query = graph.op('Mul', [
    graph.linear(x, `${name}.q_proj`, inward),
    graph.scalar('head_scale', HEAD_WIDTH ** -0.5),
  ]);
  const key = graph.linear(x, `${name}.k_proj`, inward);
  const value = graph.linear(x, `${name}.v_proj`, inward);
  const scores = graph.op('MatMul', [split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1])]);
  const masked = mask === null ? scores : graph.op('Add', [scores, mask]);
  const shares = graph.op('Softmax', [masked], { axis: int(-1) });
  const mixed = graph.op('MatMul', [shares, split(value, [0, 2, 1, 3])]);
  const joined = graph.op('Reshape', [
    graph.op('Transpose', [mixed], { perm: ints([0, 2, 1, 3]) }),
    graph.int64(`joined_${width}`, [0, -1, width]),
  ]);
  return graph.linear(joined, `${name}.out_proj`, {
    from: width,
    to: width,
    deviation: (width * 2 * layers) ** -0.5,
    bias: true,
  });
}

function feedForward(
  graph: TowerGraph,
  x: string,
  name: string,
  { width, layers }: { width: number; layers: number },
): string {
  const inner = graph.linear(x, `${name}.fc1`, {
    from: width,
    to: 4 * width,
    deviation: (2 * width) ** -0.5,
    bias: true,
  });
  const gate = graph.op('Sigmoid', [graph.op('Mul', [inner, graph.scalar('quick', 1.702)])]);
  return graph.linear(graph.op('Mul', [inner, gate]), `${name}.fc2`, {
    from: 4 * width,
    to: width,
    deviation: (width * 2 * layers) ** -0.5,
    bias: true,
  });
}
