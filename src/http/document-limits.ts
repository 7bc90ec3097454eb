import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Limits } from './limits.js';

interface Measure {
  depth: number;
  aliases: number;
}

const NOTHING: Measure = { depth: 0, aliases: 0 };
/** Introspection has a depth of its own, which graphql-js limits (MaxIntrospectionDepthRule). */
const EXEMPT = new Set(['__schema', '__type']);

/**
 * What is wrong with the shape of a document, or null. Runs before validation, on documents that may be nonsense, and
 * looks at every fragment once however often it is spread.
 */
export function shapeProblem(document: DocumentNode, limits: Limits): string | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      operations.push(definition);
    }
  }
  const counted = countNodes(document);
  if (counted.selections > limits.selections) {
    return `expected at most ${limits.selections} selections but received ${counted.selections}: split the query`;
  }
  if (document.definitions.length > limits.definitions) {
    return `expected at most ${limits.definitions} fragments and operations but received ${document.definitions.length}`;
  }
  if (counted.equalFields > limits.equalFields) {
    return 'expected fewer fields of one name: ask for each field once, and split the query';
  }
  if (counted.directives > limits.directives) {
    return `expected at most ${limits.directives} directives but received ${counted.directives}`;
  }

  const known = new Map<string, Measure | 'under way'>();
  let cycle: string | null = null;
  const measure = (set: SelectionSetNode | undefined): Measure => {
    let depth = 0;
    let aliases = 0;
    for (const selection of set?.selections ?? []) {
      let below: Measure;
      if (selection.kind === Kind.FIELD) {
        const inner = EXEMPT.has(selection.name.value) ? NOTHING : measure(selection.selectionSet);
        below = {
          depth: inner.depth + 1,
          aliases: inner.aliases + (selection.alias ? 1 : 0),
        };
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        below = measure(selection.selectionSet);
      } else {
        below = spread(selection.name.value);
      }
      depth = Math.max(depth, below.depth);
      aliases += below.aliases;
    }
    return { depth, aliases };
  };
  const spread = (name: string): Measure => {
    const seen = known.get(name);
    if (seen === 'under way') cycle ??= name;
    if (seen) return seen === 'under way' ? NOTHING : seen;
    known.set(name, 'under way');
    const result = measure(fragments.get(name)?.selectionSet);
    known.set(name, result);
    return result;
  };

  for (const name of fragments.keys()) spread(name);
  // Validation would find it too, after a recursion as deep as the fragments are many, squared.
  if (cycle !== null) return `expected fragments without a cycle, but "${cycle}" spreads itself`;
  for (const { selectionSet } of operations) {
    const { depth, aliases } = measure(selectionSet);
    if (depth > limits.queryDepth) {
      return `expected a depth of at most ${limits.queryDepth} but received ${depth}: ask for less at once`;
    }
    if (aliases > limits.queryAliases) {
      return `expected at most ${limits.queryAliases} aliases but received ${aliases}: send several queries`;
    }
  }
  return null;
}

/** Without recursion: the parser has already bounded the nesting by the number of tokens. */
function countNodes(document: DocumentNode): {
  selections: number;
  directives: number;
  equalFields: number;
} {
  let selections = 0;
  let directives = 0;
  let equalFields = 0;
  const named = new Map<string, number>();
  const open: SelectionSetNode[] = [];
  for (const definition of document.definitions) {
    if ('directives' in definition) directives += definition.directives?.length ?? 0;
    if ('selectionSet' in definition && definition.selectionSet) open.push(definition.selectionSet);
  }
  for (let set = open.pop(); set; set = open.pop()) {
    for (const selection of set.selections) {
      selections += 1;
      directives += selection.directives?.length ?? 0;
      if ('selectionSet' in selection && selection.selectionSet) open.push(selection.selectionSet);
      if (selection.kind !== Kind.FIELD) continue;
      const name = (selection.alias ?? selection.name).value;
      const before = named.get(name) ?? 0;
      equalFields += before;
      named.set(name, before + 1);
    }
  }
  return { selections, directives, equalFields };
}
