import { expect, test } from 'vitest';
import { parseModelRef } from '../../../src/services/resolve-model-ref.js';

const RUN = '6f1d3c1e-0000-4000-8000-0123456789ab';

test.each([
  ['birds/3', { kind: 'number', model: 'birds', number: 3 }],
  ['birds.v-1_x/12', { kind: 'number', model: 'birds.v-1_x', number: 12 }],
  ['birds@best', { kind: 'alias', model: 'birds', alias: 'best' }],
  ['birds@latest', { kind: 'latest', model: 'birds' }],
  [`run:${RUN}`, { kind: 'run', runId: RUN }],
  [`run:${RUN.toUpperCase()}`, { kind: 'run', runId: RUN }],
])('%s', (ref, expected) => {
  expect(parseModelRef(ref)).toEqual(expected);
});

test.each([
  '',
  'birds',
  'birds/',
  'birds/0',
  'birds/03',
  'birds/-1',
  'birds/1e3',
  'birds/9999999999',
  'Birds/1',
  '../x/1',
  'a/b/1',
  'a@b@c',
  'a@',
  '@a',
  '/1',
  'run:',
  'run:x',
  'run:../..',
  'birds@Best',
  'birds/1\n',
  `${'a'.repeat(65)}/1`,
  `${'a'.repeat(300)}@x`,
])('%j names nothing', (ref) => {
  expect(parseModelRef(ref)).toBeNull();
});
