import { type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { Requires } from './requires.js';
import type { Role } from './role.enum.js';

@Requires('VIEWER')
@ObjectType({ simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Boolean)
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

/** What a resolver returns for a connection. */
export interface Page<Node> {
  edges: { cursor: string; node: Node }[];
  nodes: Node[];
  pageInfo: PageInfo;
  /** Runs only if the field is selected. */
  totalCount: () => Promise<number>;
}

/** Makes the two types `<name>Connection` and `<name>Edge` of a Relay connection. */
export function connectionOf<Node extends object>(
  node: ClassType<Node>,
  name: string,
  role: Role = 'VIEWER',
): ClassType<Page<Node>> {
  @Requires(role)
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class Edge {
    @Field(() => String)
    cursor!: string;

    @Field(() => node)
    node!: Node;
  }

  @Requires(role)
  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class Connection {
    @Field(() => [Edge])
    edges!: Edge[];

    @Field(() => [node])
    nodes!: Node[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'Counted only where it is asked for.' })
    totalCount!: () => Promise<number>;
  }
  return Connection as unknown as ClassType<Page<Node>>;
}
