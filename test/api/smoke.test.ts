import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, ask, startApi } from './support/api.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

test('a query answers the same over HTTP and over a socket', async () => {
  const query = '{ me { role tokenName } system { version queued running diskUsedBytes } }';
  const overHttp = await api.post(query);
  expect(overHttp.errors).toBeUndefined();
  expect(overHttp.data.me).toEqual({ role: 'ADMIN', tokenName: 'admin' });
  const overSocket = await ask(api.socket(), query);
  expect(overSocket.data).toEqual(overHttp.data);
});

test('every list answers on an empty database', async () => {
  const { data, errors } = await api.post(`{
    datasets { totalCount nodes { id } } runs { totalCount nodes { id } } jobs { totalCount nodes { id } }
    models { totalCount nodes { id } } encoders { id } tokens { name role }
  }`);
  expect(errors).toBeUndefined();
  expect(data.tokens).toHaveLength(3);
  expect(data.runs).toEqual({ totalCount: 0, nodes: [] });
});
