import { expect, test } from 'vitest';
import { Origins } from '../../../src/http/origin.js';

const local = new Origins(undefined);
const open = new Origins('https://clips.example.org');

test.each(['localhost', 'localhost:1', '127.0.0.1:4000', '[::1]:4000', 'LocalHost'])(
  '%s is a Host',
  (host) => {
    expect(local.acceptsHost(host)).toBe(true);
    expect(open.acceptsHost(host)).toBe(true);
  },
);

test.each([
  undefined,
  '',
  ' ',
  'example.org',
  'localhost.example.org',
  'localhost ',
  ' localhost',
  'localhost:',
  'localhost:x',
  'localhost\n',
  '[::1',
  '::1',
  'localhost:123456',
  'clips.example.org',
  `${'a'.repeat(300)}`,
])('%j is none', (host) => {
  expect(local.acceptsHost(host)).toBe(false);
});

test('the public URL is a Host with its port alone', () => {
  expect(open.acceptsHost('clips.example.org')).toBe(true);
  expect(open.acceptsHost('CLIPS.example.org')).toBe(true);
  expect(open.acceptsHost('clips.example.org:8443')).toBe(false);
  expect(new Origins('http://x.org:8080').acceptsHost('x.org:8080')).toBe(true);
  expect(new Origins('http://x.org:8080').acceptsHost('x.org')).toBe(false);
});

test('an Origin is the own one or that of the public URL', () => {
  expect(local.acceptsOrigin(undefined, 'localhost:4000')).toBe(true);
  expect(local.acceptsOrigin('http://localhost:4000', 'localhost:4000')).toBe(true);
  expect(local.acceptsOrigin('http://localhost:4001', 'localhost:4000')).toBe(false);
  expect(local.acceptsOrigin('null', 'localhost:4000')).toBe(false);
  expect(local.acceptsOrigin('', 'localhost:4000')).toBe(false);
  expect(open.acceptsOrigin('https://clips.example.org', 'clips.example.org')).toBe(true);
  // A proxy may name the machine behind it.
  expect(open.acceptsOrigin('https://clips.example.org', '127.0.0.1:4000')).toBe(true);
  expect(open.acceptsOrigin('http://clips.example.org', 'clips.example.org')).toBe(false);
});
