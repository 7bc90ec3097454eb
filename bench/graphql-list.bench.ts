// Does a list of 10,000 items out of our schema, authorisation on, cost at most 1.3 times what the same list costs in
// plain graphql-js? Baseline: a schema made by hand with the same types and a resolver that returns the same array.
// Both are executed in this process, in turns, on one prepared document; the answers are compared first.
import {
  execute,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
  version,
} from 'graphql';
import { buildApiSchema } from '../src/resolvers/build-schema.js';
import type { Context } from '../src/resolvers/context.js';
import type { LabelScore } from '../src/schema/prediction.type.js';
import { quantile, writeResult } from './harness.js';

const ITEMS = 10_000;
const PAIRS = 30;

const labels = Array.from({ length: ITEMS }, (_, i) => ({ key: String(i), name: `label ${i}` }));
const scores = labels.map((_, labelIndex) => ({
  labelIndex,
  score: labelIndex / ITEMS,
  threshold: 0.5,
}));
const indexed: LabelScore[] = scores.map(({ labelIndex, score, threshold }) => ({
  label: { index: labelIndex, ...labels[labelIndex]! },
  score,
  threshold,
}));

const needed = <T extends GraphQLObjectType | GraphQLEnumType | typeof GraphQLString>(type: T) =>
  new GraphQLNonNull(type);
const Label = new GraphQLObjectType({
  name: 'Label',
  fields: {
    index: { type: new GraphQLNonNull(GraphQLInt) },
    key: { type: needed(GraphQLString) },
    name: { type: needed(GraphQLString) },
  },
});
const Score = new GraphQLObjectType({
  name: 'LabelScore',
  fields: {
    label: { type: needed(Label) },
    score: { type: new GraphQLNonNull(GraphQLFloat) },
    threshold: { type: new GraphQLNonNull(GraphQLFloat) },
  },
});
const Prediction = new GraphQLObjectType({
  name: 'Prediction',
  fields: { scores: { type: new GraphQLNonNull(new GraphQLList(needed(Score))) } },
});
const plain = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      predict: {
        type: new GraphQLNonNull(new GraphQLList(needed(Prediction))),
        args: { model: { type: GraphQLString } },
        resolve: async () => [{ scores: indexed }],
      },
      id: { type: GraphQLID },
    },
  }),
});
const ours = buildApiSchema();
const context = {
  viewer: { role: 'VIEWER', tokenId: 'x', tokenName: null, expiresAt: null },
  transport: 'http',
  limits: { predictInputs: 64, imageBytes: 1 },
  services: {
    predict: async () => ({ labels, predictions: [{ key: null, scores, labels: [] }] }),
  },
} as unknown as Context;

const SELECTION = '{ scores { score threshold label { index key name } } }';
const plainDocument = parse(`{ predict(model: "a/1") ${SELECTION} }`);
const oursDocument = parse(`{ predict(model: "a/1", inputs: [{ text: "x" }]) ${SELECTION} }`);
const runPlain = async () => execute({ schema: plain, document: plainDocument });
const runOurs = async () =>
  execute({ schema: ours, document: oursDocument, contextValue: context });

if (JSON.stringify(await runPlain()) !== JSON.stringify(await runOurs())) {
  throw new Error('the two schemas answer differently');
}
const time = async (run: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await run();
  return performance.now() - start;
};
for (let i = 0; i < 10; i++) {
  await runPlain();
  await runOurs();
}
const samples: { plain: number; ours: number }[] = [];
for (let i = 0; i < PAIRS; i++) {
  // A B B A
  const first = { plain: await time(runPlain), ours: await time(runOurs) };
  const second = { ours: await time(runOurs), plain: await time(runPlain) };
  samples.push(first, second);
}
const column = (name: 'plain' | 'ours') => samples.map((sample) => sample[name]);
const ratios = samples.map((sample) => sample.ours / sample.plain);
await writeResult('graphql-list', {
  items: ITEMS,
  ratio: { median: quantile(ratios, 0.5), p95: quantile(ratios, 0.95) },
  milliseconds: {
    plain: { median: quantile(column('plain'), 0.5), p95: quantile(column('plain'), 0.95) },
    ours: { median: quantile(column('ours'), 0.5), p95: quantile(column('ours'), 0.95) },
  },
  graphql: version,
});
