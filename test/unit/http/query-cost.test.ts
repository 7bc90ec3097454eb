import { type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { queryCost } from '../../../src/http/query-cost.js';
import { buildApiSchema } from '../../../src/resolvers/build-schema.js';

const schema = buildApiSchema();
const cost = (text: string, variables: Record<string, unknown> = {}) => {
  const document = parse(text);
  return queryCost(schema, document, document.definitions[0] as OperationDefinitionNode, variables);
};

test.each([
  ['{ me { role } }', 1],
  ['{ runs { totalCount } }', 1],
  ['{ runs { nodes { id } } }', 51],
  ['{ runs(first: 3) { nodes { id } } }', 4],
  ['{ runs(first: 3) { edges { cursor node { id } } } }', 4],
  ['{ runs(first: 0) { nodes { id } } }', 1],
  ['{ runs(first: 2) { nodes { dataset { id } encoder { id } } } }', 7],
  ['{ runs(first: 2) { nodes { history { epoch } } } }', 23],
  ['{ runs(first: 999999) { nodes { id } } }', 201],
  ['{ runs(first: -5) { nodes { id } } }', 1],
  ['{ runs(first: 2) { ...f } } fragment f on RunConnection { nodes { id } }', 3],
  ['{ runs(first: 2) { ... { nodes { ... on Run { dataset { id } } } } } }', 5],
  ['{ predict(model: "a/1", inputs: [{ text: "x" }, { text: "y" }]) { key } }', 40],
  [
    '{ runs(first: 2) { nodes { errors(first: 3) { nodes { loss } } evaluation { level } } } }',
    809,
  ],
  ['{ batchPrediction(id: "1") { evaluation { numSamples } } }', 201],
  ['{ batchPrediction(id: "1") { predictions(first: 3) { nodes { sample { key } } } } }', 8],
  [
    '{ batchPrediction(id: "1") { predictions(first: 3, filter: {}) { nodes { sample { key } } } } }',
    207,
  ],
  ['{ a: compareRuns(a: "1", b: "2") { level } b: compareRuns(a: "1", b: "3") { level } }', 4000],
  ['{ search(embeddingSetId: "a", text: "x", first: 3) { nodes { sample { key } } } }', 206],
  [
    '{ zeroShot(encoderId: "a", labels: [{ name: "x" }, { name: "y" }], inputs: [{ text: "z" }]) { scores { share } } }',
    70,
  ],
  ['{ duplicates(embeddingSetId: "a", first: 3) { nodes { a { key } } } }', 2006],
  ['mutation { cancelRun(id: "x") { dataset { id } } }', 2],
  ['subscription { runsChanged { dataset { id } } }', 2],
  ['{ __schema { types { fields { name } } } }', 0],
])('%s costs %i', (text, expected) => {
  expect(cost(text)).toBe(expected);
});

test('variables count with their values, else with their defaults', () => {
  const text = 'query($n: Int = 7) { runs(first: $n) { nodes { id } } }';
  expect(cost(text, { n: 20 })).toBe(21);
  expect(cost(text)).toBe(8);
  expect(cost(text, { n: null })).toBe(51);
  expect(cost(text, { n: 'many' })).toBe(51);
  const predict = 'query($i: [PredictInput!]!) { predict(model: "a/1", inputs: $i) { key } }';
  expect(cost(predict, { i: Array(5).fill({}) })).toBe(100);
});
