import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
} from 'graphql';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { isAtLeast, Role } from '../schema/role.enum.js';
import type { Context } from './context.js';
import { createLoaders } from './loaders.js';

/** The role that an operation or an object type states. */
export function statedRole(
  of: { extensions: Readonly<Record<string, unknown>> },
  name: string,
): Role {
  const { role } = of.extensions;
  if (typeof role !== 'string' || !(role in Role)) {
    throw new Error(`${name} states no role: put @Requires(…) on it`);
  }
  return role as Role;
}

/**
 * Puts the role check around every operation, once for both transports. Below an operation nothing is checked again:
 * instead it is proven here, on the whole schema, that no operation reaches an object that needs a higher role than the
 * operation itself. A schema that fails the proof does not build.
 */
export function authorise(schema: GraphQLSchema): GraphQLSchema {
  for (const root of [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const name = `${root!.name}.${field.name}`;
      const role = statedRole(field, name);
      proveReach(field, name, role, new Set());
      guard(field, role, root === schema.getSubscriptionType());
    }
  }
  return schema;
}

function proveReach(
  field: GraphQLField<unknown, Context>,
  operation: string,
  role: Role,
  seen: Set<GraphQLObjectType>,
): void {
  const type = getNamedType(field.type);
  if (!isObjectType(type) || seen.has(type)) return;
  seen.add(type);
  const needed = statedRole(type, type.name);
  if (!isAtLeast(role, needed)) {
    throw new Error(`${operation} needs ${role} but reaches ${type.name}, which needs ${needed}`);
  }
  for (const next of Object.values(type.getFields())) proveReach(next, operation, role, seen);
}

function guard(field: GraphQLField<unknown, Context>, role: Role, live: boolean): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  if (!live) {
    field.resolve = (source, args, context, info) => {
      checkRole(context, role);
      return resolve(source, args, context, info);
    };
    return;
  }
  field.subscribe = (source, args, context, info) => {
    checkRole(context, role);
    return subscribe!(source, args, context, info);
  };
  field.resolve = (source, args, context, info) => {
    checkRole(context, role);
    // An event shows the state now, not that of the event before.
    context.loaders = createLoaders(context.db);
    return resolve(source, args, context, info);
  };
}

function checkRole(context: Context, needed: Role): void {
  if (!context.viewer) {
    throw new ClipwrightError('UNAUTHENTICATED', 'Send a token: `Authorization: Bearer cw_…`.');
  }
  if (!isAtLeast(context.viewer.role, needed)) {
    throw new ClipwrightError(
      'FORBIDDEN',
      `This takes the role ${needed}; your token has ${context.viewer.role}. ` +
        'Ask an administrator for another token.',
    );
  }
}
