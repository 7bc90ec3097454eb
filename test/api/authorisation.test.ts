import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorise, statedRole } from '../../src/resolvers/authorise.js';
import { buildApiSchema } from '../../src/resolvers/build-schema.js';
import { isAtLeast, Role } from '../../src/schema/role.enum.js';
import { createToken, revokeToken } from '../../src/services/tokens.js';
import { type Api, ask, startApi } from './support/api.js';

const schema = buildApiSchema();
const ROOTS = [
  ['query', schema.getQueryType()!],
  ['mutation', schema.getMutationType()!],
  ['subscription', schema.getSubscriptionType()!],
] as const;
const OPERATIONS = ROOTS.flatMap(([kind, root]) =>
  Object.values(root.getFields()).map((field) => ({
    kind,
    field: field as GraphQLField<unknown, unknown>,
    name: `${kind} ${field.name}`,
    role: statedRole(field, field.name),
    document: `${kind} { ${written(field)} }`,
  })),
);
const ROLES = Object.keys(Role) as Role[];

/** The operation with made-up arguments: enough to be valid, not to find anything. */
function written(field: GraphQLField<unknown, unknown>): string {
  const needed = field.args.filter((arg) => isNonNullType(arg.type));
  const args = needed.map((arg: GraphQLArgument) => `${arg.name}: ${sample(arg.type)}`).join(', ');
  const type = getNamedType(field.type);
  return `${field.name}${args && `(${args})`}${isObjectType(type) ? ' { __typename }' : ''}`;
}

function sample(type: GraphQLInputType): string {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return `[${sample(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((each) => isNonNullType(each.type));
    return `{ ${fields.map((each) => `${each.name}: ${sample(each.type)}`).join(', ')} }`;
  }
  return type.name === 'Int' || type.name === 'Float' ? '1' : '"x"';
}

describe('what the schema states', () => {
  test('every operation and every object states a role', () => {
    expect(OPERATIONS.length).toBeGreaterThan(30);
    for (const { field, name } of OPERATIONS) expect(() => statedRole(field, name)).not.toThrow();
    const roots = new Set<string>(ROOTS.map(([, root]) => root.name));
    const objects = Object.values(schema.getTypeMap()).filter(
      (type) => isObjectType(type) && !type.name.startsWith('__') && !roots.has(type.name),
    );
    expect(objects.length).toBeGreaterThan(40);
    for (const type of objects) expect(() => statedRole(type, type.name)).not.toThrow();
  });

  test('roles are those of the contract', () => {
    const admin = [
      'query tokens',
      'mutation createToken',
      'mutation revokeToken',
      // Reads directories of the server.
      'mutation addEncoder',
      // What everybody embeds and predicts with.
      'mutation deleteEncoder',
    ];
    // Of one's own look at the data; to share it needs EDITOR.
    const viewer = ['mutation saveView', 'mutation deleteView'];
    for (const { name, kind, role } of OPERATIONS) {
      const edits = kind === 'mutation' && !viewer.includes(name);
      const expected = admin.includes(name) ? 'ADMIN' : edits ? 'EDITOR' : 'VIEWER';
      expect(`${name}: ${role}`).toBe(`${name}: ${expected}`);
    }
  });

  test('a schema with an operation that states no role does not build', () => {
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: { open: { type: GraphQLString } },
    });
    expect(() => authorise(new GraphQLSchema({ query }))).toThrow(/Query\.open states no role/);
  });

  test('a schema with an object that states no role does not build', () => {
    const bare = new GraphQLObjectType({ name: 'Bare', fields: { a: { type: GraphQLString } } });
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: { bare: { type: bare, extensions: { role: 'VIEWER' } } },
    });
    expect(() => authorise(new GraphQLSchema({ query }))).toThrow(/Bare states no role/);
  });

  test('an operation that reaches an object above its own role does not build', () => {
    const secret = new GraphQLObjectType({
      name: 'Secret',
      extensions: { role: 'ADMIN' },
      fields: { a: { type: GraphQLString } },
    });
    const wrapper = new GraphQLObjectType({
      name: 'Wrapper',
      extensions: { role: 'VIEWER' },
      fields: { secret: { type: secret } },
    });
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: { wrapper: { type: wrapper, extensions: { role: 'VIEWER' } } },
    });
    expect(() => authorise(new GraphQLSchema({ query }))).toThrow(/reaches Secret/);
  });
});

describe('what the server enforces', () => {
  let api: Api;
  let refusedTokens: Record<string, string | null>;
  beforeAll(async () => {
    api = await startApi();
    const expired = await createToken({ db: api.db }, { name: 'expired', role: 'ADMIN' });
    await api.db.query(`update tokens set expires_at = now() - interval '1 s' where id = $1`, [
      expired.token.id,
    ]);
    const revoked = await createToken({ db: api.db }, { name: 'revoked', role: 'ADMIN' });
    await revokeToken({ db: api.db }, revoked.token.id);
    refusedTokens = {
      none: null,
      malformed: 'nonsense',
      unknown: `cw_${'A'.repeat(43)}`,
      expired: expired.secret,
      revoked: revoked.secret,
    };
  });
  afterAll(() => api.stop());

  test.each(OPERATIONS)(
    '$name over HTTP is refused without a usable token',
    async ({ document }) => {
      for (const token of Object.values(refusedTokens)) {
        const { status, code, data } = await api.post(document, undefined, { token });
        expect({ status, code, data }).toEqual({
          status: 401,
          code: 'UNAUTHENTICATED',
          data: undefined,
        });
      }
    },
  );

  test.each(OPERATIONS.filter(({ kind }) => kind !== 'subscription'))(
    '$name over HTTP takes $role',
    async ({ document, role }) => {
      for (const given of ROLES) {
        const { code } = await api.post(document, undefined, { token: api.tokens[given] });
        if (isAtLeast(given, role)) expect(code).not.toBe('FORBIDDEN');
        else expect(code).toBe('FORBIDDEN');
      }
    },
  );

  // These two are open to every role, and say nothing until something happens.
  const silent = ['runsChanged', 'experimentsChanged'];
  const answering = OPERATIONS.filter(({ field }) => !silent.includes(field.name));
  test('only what every role may follow is left out of the next test', () => {
    const others = OPERATIONS.filter(({ field }) => silent.includes(field.name));
    expect(others.map(({ role }) => role)).toEqual(['VIEWER', 'VIEWER']);
  });

  test.each(answering)('$name over a socket takes $role', async ({ document, role }) => {
    for (const given of ROLES) {
      const { code } = await ask(api.socket({ token: api.tokens[given] }), document);
      if (isAtLeast(given, role)) expect(code).not.toBe('FORBIDDEN');
      else expect(code).toBe('FORBIDDEN');
    }
  });

  test('a socket without a usable token is closed before any operation', async () => {
    for (const token of Object.values(refusedTokens)) {
      await expect(ask(api.socket({ token }), '{ me { role } }')).rejects.toMatchObject({
        code: 4401,
      });
    }
  });

  test('a directory as a source takes ADMIN', async () => {
    const document = `mutation { importDataset(input: { name: "x", source: { directory: "photos" } }) { job { id } } }`;
    const editor = await api.post(document, undefined, { token: api.tokens.EDITOR });
    expect(editor.code).toBe('FORBIDDEN');
    const admin = await api.post(document);
    expect(admin.code).toBe('NOT_FOUND');
  });
});
