import { type DocumentNode, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { shapeProblem } from '../../../src/http/document-limits.js';
import { DEFAULT_LIMITS } from '../../../src/http/limits.js';

const limits = {
  ...DEFAULT_LIMITS,
  queryDepth: 3,
  queryAliases: 2,
  selections: 20,
  directives: 2,
  definitions: 8,
  equalFields: 60,
};
const problem = (text: string) => shapeProblem(parse(text), limits);

test.each([
  ['{ a { b { c } } }', null],
  ['{ a { b { c { d } } } }', /depth of at most 3 but received 4/],
  ['{ a { ... { b { ... on X { c } } } } }', null],
  ['{ a { ...f } } fragment f on X { b { c { d } } }', /depth/],
  ['{ a { ...f } } fragment f on X { b { ...g } } fragment g on X { c { d } }', /depth/],
  ['{ __schema { a { b { c { d } } } } }', null],
  ['{ __type(name: "x") { a { b { c { d } } } } }', null],
  ['{ x { __schema { a { b { c { d } } } } } }', null],
  ['{ x: a y: a }', null],
  ['{ x: a y: a z: a }', /at most 2 aliases but received 3/],
  ['{ ...f b { ...f } } fragment f on X { x: a y: a }', /aliases but received 4/],
  ['{ a @x @y }', null],
  ['{ a @x @y @z }', /directives/],
  ['query @x @y @z { a }', /directives/],
  [`{ ${'a '.repeat(21)} }`, /selections/],
  [`{ a } fragment f on X { ${'a '.repeat(20)} }`, /selections/],
  ['{ ...f } fragment f on X { a { ...g } } fragment g on X { b { ...f } }', /"f" spreads itself/],
  ['{ ...f } fragment f on X { a { ...f } }', /cycle/],
  [`{ ${'x { y } '.repeat(9)} }`, /fields of one name/],
  [`{ a } ${'query { a } '.repeat(9)}`, /operations/],
  ['{ ...nothing }', null],
  ['query A { a } query B { a { b { c { d } } } }', /depth/],
])('%s', (text, expected) => {
  if (expected === null) expect(problem(text)).toBeNull();
  else expect(problem(text)).toMatch(expected);
});

test('fragments that spread the next one twice are looked at once', () => {
  const chain = Array.from(
    { length: 9 },
    (_, i) => `fragment f${i} on X { ...f${i + 1} ...f${i + 1} }`,
  );
  const text = `{ ...f0 } ${chain.join(' ')} fragment f9 on X { a }`;
  const document = parse(text);
  const visits = countVisits(document);
  expect(shapeProblem(document, { ...limits, selections: 1000, definitions: 100 })).toBeNull();
  // Once where nodes are counted, once where depths are measured.
  expect(visits()).toEqual(Array(10).fill(2));
});

/** How often the selections of each fragment have been looked at. */
function countVisits(document: DocumentNode): () => number[] {
  const visits: number[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const { selections } = definition.selectionSet;
    const index = visits.push(0) - 1;
    Object.defineProperty(definition.selectionSet, 'selections', {
      get() {
        visits[index]! += 1;
        return selections;
      },
    });
  }
  return () => visits;
}
