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
  /** Of each body that was met; Infinity until it is done, so that one that is met within itself has no end. */
  const known = new Map<Body, number>();
  let largest = 0;
  for (const body of bodies) {
    const open = [body];
    for (let each = open.at(-1); each !== undefined; each = open.at(-1)) {
      const isNew = !known.has(each);
      if (isNew) known.set(each, Number.POSITIVE_INFINITY);
      const before = isNew ? calledBy(each, functions).filter((called) => !known.has(called)) : [];
      for (const called of before) open.push(called);
      if (before.length > 0) continue;
      known.set(each, nodesOf(each, functions, known));
      open.pop();
    }
    largest = Math.max(largest, known.get(body)!);
  }
  return largest;
}

function calledBy(body: Body, functions: ReadonlyMap<string, Body>): Body[] {
  return [...body.keys()].flatMap((key) => functions.get(key) ?? []);
}

/** @param known of the functions that it calls */
function nodesOf(
  body: Body,
  functions: ReadonlyMap<string, Body>,
  known: ReadonlyMap<Body, number>,
): number {
  let nodes = 0;
  for (const [key, times] of body) {
    const called = functions.get(key);
    if (!called) requireKnown(key);
    nodes += times * (called ? known.get(called)! + 1 : 1);
  }
  return nodes;
}

function requireKnown(key: string): void {
  const domain = key.slice(0, key.indexOf(':'));
  if (KNOWN_DOMAINS.has(domain)) return;
  throw new ClipwrightError(
    'ENCODER_UNSUPPORTED',
    `it uses the op ${JSON.stringify(key.slice(0, 200))}, whose domain is not known`,
  );
}
