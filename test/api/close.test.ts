import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startApi } from './support/api.js';

test('a server stops, whatever its clients hold open', async () => {
  const api = await startApi();
  const { hostname, port } = new URL(api.url);
  const silent = connect(Number(port), hostname);
  const halfWay = connect(Number(port), hostname);
  await Promise.all([once(silent, 'connect'), once(halfWay, 'connect')]);
  halfWay.write('POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{');
  for (const each of [silent, halfWay]) each.on('error', () => {}).resume();
  const events = api.socket().iterate({ query: 'subscription { runsChanged { id } }' });
  const end = events.next().catch(() => 'closed');
  await expect.poll(() => api.eventHub.size).toBe(1);

  await api.server.close();
  expect(await end).not.toBe(undefined);
  expect(api.eventHub.size).toBe(0);
  await Promise.all([silent, halfWay].map((each) => each.destroyed || once(each, 'close')));
  await api.stop();
});
