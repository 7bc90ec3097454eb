import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { DEFAULT_PAGE, MAX_PAGE } from '../resolvers/cursor.js';

/** What a list without `first` is taken to hold: labels, epochs, sets. */
const PLAIN_LIST = 10;
/** A prediction runs an encoder, which costs more than a row. */
const PREDICTION = 20;
/**
 * A comparison reads and resamples every score of two runs, and duplicates compare every photo with every other, which takes
 * seconds: an operation may ask for nine at most by default.
 */
const COMPARISON = 2000;
/**
 * These read every score of a run or a batch, with other arguments again; some of them only with the argument that is named
 * below.
 */
const RUN_SCORES = 200;
const SCORE_READERS: Readonly<Record<string, readonly string[]>> = {
  Run: ['errors', 'evaluation', 'labelCurve'],
  BatchPrediction: ['evaluation', 'predictions'],
  DatasetVersion: ['samples'],
};
const READ_WITH: Readonly<Record<string, string>> = { predictions: 'filter', samples: 'errorsOf' };
/** A search compares with every sample of a set, and the first one reads its file. */
const SEARCH = 200;

/**
 * How many objects an operation may return: every object counts one, in a page as often as its `first` says, with the
 * values of the variables. A bound for what the server may be made to do, not a measurement.
 *
 * The document is valid. Every fragment is looked at once, so fragments that spread each other cost no time.
 */
export function queryCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const defaults = new Map(
    operation.variableDefinitions?.map((each) => [each.variable.name.value, each.defaultValue]),
  );
  const known = new Map<string, number>();

  const argumentValue = (node: ValueNode | undefined): unknown => {
    if (!node) return undefined;
    if (node.kind === Kind.VARIABLE) {
      const given = variables[node.name.value];
      return given !== undefined ? given : argumentValue(defaults.get(node.name.value));
    }
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind === Kind.LIST) return node.values;
    if (node.kind === Kind.OBJECT) return node.fields;
    return undefined;
  };
  const argument = (field: FieldNode, name: string): unknown =>
    argumentValue(field.arguments?.find((each) => each.name.value === name)?.value);

  /** @param page how many nodes the connection holds, where `parent` is one */
  const costOf = (
    set: SelectionSetNode | undefined,
    parent: GraphQLNamedType,
    page: number,
  ): number => {
    let cost = 0;
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        cost += fieldCost(selection, parent, page);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        cost += costOf(selection.selectionSet, parent, page);
      } else {
        const name = selection.name.value;
        const key = `${name}:${page}`;
        if (!known.has(key)) {
          known.set(key, costOf(fragments.get(name)?.selectionSet, parent, page));
        }
        cost += known.get(key)!;
      }
    }
    return cost;
  };

  const fieldCost = (field: FieldNode, parent: GraphQLNamedType, page: number): number => {
    const name = field.name.value;
    if (name.startsWith('__') || !isObjectType(parent)) return 0;
    const definition = (parent as GraphQLObjectType).getFields()[name];
    if (!definition) return 0;
    const type = getNamedType(definition.type);
    if (!isObjectType(type)) return 0;
    const scores =
      SCORE_READERS[parent.name]?.includes(name) &&
      (READ_WITH[name] === undefined || argument(field, READ_WITH[name]) != null);
    const isRoot = parent === schema.getQueryType();
    const rootCosts: Readonly<Record<string, number>> = { search: SEARCH, duplicates: COMPARISON };
    const own = scores ? RUN_SCORES : (isRoot && rootCosts[name]) || 1;
    if (definition.args.some((arg) => arg.name === 'first')) {
      return own + costOf(field.selectionSet, type, pageOf(argument(field, 'first')));
    }
    if (name === 'nodes' || name === 'edges') {
      // An edge and its node are one.
      return page * (1 + costOf(field.selectionSet, type, 0));
    }
    if (name === 'node') return costOf(field.selectionSet, type, 0);
    if (isRoot && name === 'predict') {
      const inputs = argument(field, 'inputs');
      const count = Array.isArray(inputs) ? inputs.length : 1;
      return count * (PREDICTION + costOf(field.selectionSet, type, 0));
    }
    if (isRoot && name === 'zeroShot') {
      const [inputs, labels] = ['inputs', 'labels'].map((each) => {
        const given = argument(field, each);
        return Array.isArray(given) ? given.length : 1;
      }) as [number, number];
      return (inputs + labels) * PREDICTION + inputs * costOf(field.selectionSet, type, 0);
    }
    if (isRoot && name === 'compareRuns') {
      return COMPARISON + costOf(field.selectionSet, type, 0);
    }
    const times = isList(definition.type) ? PLAIN_LIST : 1;
    return times * (own + costOf(field.selectionSet, type, 0));
  };

  const root =
    operation.operation === 'query'
      ? schema.getQueryType()
      : operation.operation === 'mutation'
        ? schema.getMutationType()
        : schema.getSubscriptionType();
  return root ? costOf(operation.selectionSet, root, 0) : 0;
}

function pageOf(first: unknown): number {
  if (typeof first !== 'number' || !Number.isFinite(first)) return DEFAULT_PAGE;
  return Math.min(Math.max(first, 0), MAX_PAGE);
}

function isList(type: unknown): boolean {
  return isNonNullType(type) ? isListType(type.ofType) : isListType(type);
}
