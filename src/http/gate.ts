import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { DocumentCache } from './document-cache.js';
import { shapeProblem } from './document-limits.js';
import type { Limits } from './limits.js';
import { queryCost } from './query-cost.js';
import { variablesProblem } from './variable-limits.js';

/** What a client sends, over HTTP as the body, over WebSocket as the payload. */
export interface GraphQLRequest {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
}

export interface Admitted {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  operationName: string | undefined;
  variableValues: Record<string, unknown>;
}

export type Admission =
  | { admitted: Admitted }
  | { errors: readonly GraphQLError[]; status: 400 | 413 };

/**
 * The one place that decides whether a request may be executed, for both transports: shape, limits, validity, cost, in
 * this order, so that what is expensive to check is small by then.
 */
export class Gate {
  readonly documents = new DocumentCache();

  constructor(
    readonly schema: GraphQLSchema,
    readonly limits: Limits,
  ) {}

  admit(request: GraphQLRequest, transport: 'http' | 'websocket'): Admission {
    const { query, operationName, variables } = request;
    if (typeof query !== 'string' || query.trim() === '') {
      return refuse('expected the document as a string in `query`');
    }
    if (
      operationName !== undefined &&
      operationName !== null &&
      typeof operationName !== 'string'
    ) {
      return refuse('expected a string for `operationName`');
    }
    if (
      variables !== undefined &&
      variables !== null &&
      (typeof variables !== 'object' || Array.isArray(variables))
    ) {
      return refuse('expected an object for `variables`');
    }
    const variableValues = (variables ?? {}) as Record<string, unknown>;
    const wrong = variablesProblem(variableValues, this.limits.variableValues);
    if (wrong) return refuse(wrong);

    const prepared = this.#prepare(query);
    if (!('document' in prepared)) return prepared;
    const { document } = prepared;
    const operation = getOperationAST(document, operationName || undefined);
    if (!operation) {
      return refuse(
        operationName
          ? `expected an operation of the document for \`operationName\` but received ${JSON.stringify(operationName.slice(0, 80))}`
          : 'expected `operationName`: the document holds several operations',
      );
    }
    if (operation.operation === 'subscription' && transport === 'http') {
      return refuse('Subscriptions go over WebSocket (graphql-transport-ws) at the same path.');
    }
    const tooMany = this.#tooManyInputs(operation, variableValues);
    if (tooMany) return refuse(tooMany);
    const cost = queryCost(this.schema, document, operation, variableValues);
    if (cost > this.limits.queryCost) {
      return refuse(
        `expected a cost of at most ${this.limits.queryCost} but received ${cost}: ask for smaller pages (\`first\`) or ` +
          'for fewer nested lists',
      );
    }
    return {
      admitted: {
        document,
        operation,
        operationName: operationName || undefined,
        variableValues,
      },
    };
  }

  #prepare(query: string): { document: DocumentNode } | Exclude<Admission, { admitted: unknown }> {
    if (query.length > this.limits.documentLength) {
      return refuse(
        `expected a document of at most ${this.limits.documentLength} characters but received ${query.length}: send ` +
          'values as variables',
        'PAYLOAD_TOO_LARGE',
        413,
      );
    }
    const key = DocumentCache.key(query);
    const known = this.documents.get(key);
    if (known) return { document: known };

    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: this.limits.tokens, noLocation: false });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return { errors: [coded(error, 'GRAPHQL_PARSE_FAILED')], status: 400 };
    }
    const problem = shapeProblem(document, this.limits) ?? nulProblem(document);
    if (problem) return refuse(problem);
    const errors = this.#validate(document);
    if (errors.length > 0) {
      return {
        errors: errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')),
        status: 400,
      };
    }
    this.documents.set(key, document);
    return { document };
  }

  #validate(document: DocumentNode): readonly GraphQLError[] {
    try {
      return validate(this.schema, document, specifiedRules, { maxErrors: 20 });
    } catch (error) {
      // graphql-js recurses; the limits keep it far from the stack's end, as far as is known.
      if (!(error instanceof RangeError)) throw error;
      return [new GraphQLError('The document is too intricate: split the query.')];
    }
  }

  /** Before graphql-js looks at each of them. */
  #tooManyInputs(
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): string | null {
    for (const { variable, type } of operation.variableDefinitions ?? []) {
      const value = variables[variable.name.value];
      const list = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
      if (list.kind !== Kind.LIST_TYPE || !Array.isArray(value)) continue;
      const item = list.type.kind === Kind.NON_NULL_TYPE ? list.type.type : list.type;
      if (
        item.kind === Kind.NAMED_TYPE &&
        item.name.value === 'PredictInput' &&
        value.length > this.limits.predictInputs
      ) {
        return `expected at most ${this.limits.predictInputs} entries for \`inputs\` but received ${value.length}`;
      }
    }
    return null;
  }
}

function nulProblem(document: DocumentNode): string | null {
  let found = false;
  visit(document, {
    StringValue(node) {
      if (node.value.includes('\0')) found = true;
    },
  });
  return found ? 'expected text without NUL characters' : null;
}

function refuse(
  message: string,
  code = 'BAD_USER_INPUT',
  status: 400 | 413 = 400,
): { errors: readonly GraphQLError[]; status: 400 | 413 } {
  return { errors: [new GraphQLError(message, { extensions: { code } })], status };
}

function coded(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.source && { source: error.source }),
    ...(error.positions && { positions: error.positions }),
    extensions: { code },
  });
}
