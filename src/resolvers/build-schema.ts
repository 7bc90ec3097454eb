import 'reflect-metadata';
import { createPubSub } from '@graphql-yoga/subscription';
import {
  GraphQLList,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { type BuildSchemaOptions, buildSchemaSync } from 'type-graphql';
import { authorise } from './authorise.js';
import { resolvers } from './resolvers.js';

/** The executable schema, every operation behind its role check. */
export function buildApiSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: resolvers as unknown as BuildSchemaOptions['resolvers'],
    // Arguments are checked by the resolvers and services, which name what they expected.
    validate: false,
    // TypeGraphQL wants one where there are subscriptions; ours read the event tables.
    pubSub: createPubSub(),
  });
  // [[String]!]!, which TypeGraphQL cannot say: its lists in lists are nullable throughout, or nowhere.
  const row = new GraphQLNonNull(new GraphQLList(GraphQLString));
  const preview = schema.getType('ImportPreview') as GraphQLObjectType;
  preview.getFields().rows!.type = new GraphQLNonNull(new GraphQLList(row));
  return authorise(schema);
}
