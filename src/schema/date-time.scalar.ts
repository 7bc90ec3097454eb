import { GraphQLDateTime } from 'graphql-scalars';

/** ISO-8601; written in UTC. */
export const DateTime = GraphQLDateTime;
