import type { ProtoFile, ProtoRange } from '../proto-file.js';
import { neededFor } from './needed-for.js';
import { type LocatedGraph, takenBy, wholeFields } from './read-graph.js';
import type { StoredTensor } from './stored-tensor.js';

export interface NeededField {
  /** With what stands before its content. */
  readonly whole: ProtoRange;
  /** What the field is, where it is one of these. */
  readonly tensor: StoredTensor | undefined;
  readonly input: string | undefined;
  readonly output: string | undefined;
}

/** A graph's fields without what one of its outputs does not need, and without the shapes of values in between. */
export async function* neededFields(
  proto: ProtoFile,
  range: ProtoRange,
  graph: LocatedGraph,
  wanted: string,
): AsyncGenerator<NeededField> {
  const nodes = new Set(neededFor(wanted, graph.nodes));
  const needed = new Set([wanted, ...[...nodes].flatMap((node) => [...takenBy(node)])]);
  for await (const { field, whole } of wholeFields(proto, range)) {
    const node = graph.nodeAt.get(whole.start);
    const tensor = graph.tensorAt.get(whole.start);
    const input = graph.inputAt.get(whole.start);
    const output = graph.outputAt.get(whole.start);
    const name = tensor?.name ?? input;
    if (node && !nodes.has(node)) continue;
    if (name !== undefined && !needed.has(name)) continue;
    if (output !== undefined && output !== wanted) continue;
    // Shapes of values in between, some of which are left out.
    if (field.number === 13) continue;
    yield { whole, tensor, input, output };
  }
}
