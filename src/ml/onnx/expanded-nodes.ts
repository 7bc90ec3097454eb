import { ClipwrightError } from '../../errors/clipwright-error.js';

/** How often a graph or function uses each op, graphs within it included. */
export type Body = Map<string, number>;

/** What ONNX Runtime registers for the CPU; beyond these an op is a custom one, whose library we do not load. */
const KNOWN_DOMAINS = new Set([
  'ai.onnx',
  'ai.onnx.ml',
  'com.microsoft',
  'com.microsoft.nchwc',
  'com.ms.internal.nhwc',
]);

/** `domain:type`; '' and ai.onnx are the same domain. */
export function opKey(domain: string, type: string): string {
  return `${encodeURIComponent(domain || 'ai.onnx')}:${type}`;
}

/**
 * How many nodes the largest of some bodies has once every function in it is put in, as ONNX Runtime does when it loads a model;
 * Infinity where one calls itself.
 * @throws ENCODER_UNSUPPORTED for an op of no known domain that is no function either
 */
export function expandedNodes(
  bodies: Iterable<Body>,
  functions: ReadonlyMap<string, Body>,
): number {
  const known = new Map<Body, number>();
  // A body that is met again before it is done calls itself: it stands as Infinity until then.
  const count = (each: Body): number => {
    const counted = known.get(each);
    if (counted !== undefined) return counted;
    known.set(each, Number.POSITIVE_INFINITY);
    let nodes = 0;
    for (const [key, times] of each) {
      const called = functions.get(key);
      if (!called) requireKnown(key);
      nodes += times * (called ? count(called) + 1 : 1);
    }
    known.set(each, nodes);
    return nodes;
  };
  let largest = 0;
  for (const body of bodies) largest = Math.max(largest, count(body));
  return largest;
}

function requireKnown(key: string): void {
  const domain = key.slice(0, key.indexOf(':'));
  if (KNOWN_DOMAINS.has(domain)) return;
  throw new ClipwrightError(
    'ENCODER_UNSUPPORTED',
    `it uses the op ${JSON.stringify(key.slice(0, 200))}, whose domain is not known`,
  );
}
