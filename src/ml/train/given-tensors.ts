import { type Graph, inputsOf } from '../graph/graph.js';
import { GIVEN } from '../nn/heads/given.js';
import { type HeadConfig, promptsOf } from '../nn/heads/table.js';
import { badInput } from '../nn/options.js';
import type { Tensors } from '../runtime/session.js';
import type { RunSamples } from './fit-data.js';
import type { ModelDimensions } from './model.js';

/** The labels' texts by the name under which graphs take them, for a head that needs them. */
export function labelTensors(
  head: HeadConfig,
  samples: RunSamples,
  dims: ModelDimensions,
): Tensors {
  if (!promptsOf(head)) return {};
  const { labelEmbeds, numLabels } = samples;
  const dimension = Object.values(dims.embeds)[0]!;
  if (labelEmbeds?.length !== numLabels * dimension) {
    throw badInput(`${numLabels} × ${dimension} elements`, 'labelEmbeds', labelEmbeds?.length);
  }
  const shape = [numLabels, dimension];
  return { [GIVEN.labelEmbeds]: { dtype: 'float32', shape, data: labelEmbeds } };
}

/** Whether the graph takes the tensor of this name. */
export const takes = (graph: Graph, name: string): boolean =>
  inputsOf(graph).some(({ attrs }) => attrs.name === name);

/** Those of `given` that the graph takes: engines refuse what it does not. */
export const usedBy = (graph: Graph, given: Tensors): Tensors =>
  Object.fromEntries(Object.entries(given).filter(([name]) => takes(graph, name)));
