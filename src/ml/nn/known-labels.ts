import { UNKNOWN } from '../data/unknown.js';
import { cast, greater, mul, sub } from '../graph/build.js';
import type { Node } from '../graph/node.js';

/** What is known of some samples' labels, each `[N, L]` of 0 and 1 as float32. */
export interface KnownLabels {
  /** 1 where the sample carries the label. */
  readonly targets: Node;
  /** 1 where it is known not to. */
  readonly negatives: Node;
  /** 1 where either is; null where everything is known. */
  readonly known: Node | null;
}

/** Of dense targets `[N, L]`, uint8. Where no label can be unknown, the graph does not ask. */
export function knownLabels(dense: Node, hasUnknowns = false): KnownLabels {
  const targets = cast(dense, 'float32');
  if (!hasUnknowns) return { targets, negatives: sub(1, targets), known: null };
  const known = cast(greater(UNKNOWN, targets), 'float32');
  const carried = mul(targets, known);
  return { targets: carried, negatives: sub(known, carried), known };
}
