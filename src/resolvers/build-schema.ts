import 'reflect-metadata';
import { createPubSub } from '@graphql-yoga/subscription';
import type { GraphQLSchema } from 'graphql';
import { type BuildSchemaOptions, buildSchemaSync } from 'type-graphql';
import { authorise } from './authorise.js';
import { resolvers } from './resolvers.js';

/** The executable schema, every operation behind its role check. */
export function buildApiSchema(): GraphQLSchema {
  return authorise(
    buildSchemaSync({
      resolvers: resolvers as unknown as BuildSchemaOptions['resolvers'],
      // Arguments are checked by the resolvers and services, which name what they expected.
      validate: false,
      // TypeGraphQL wants one where there are subscriptions; ours read the event tables.
      pubSub: createPubSub(),
    }),
  );
}
