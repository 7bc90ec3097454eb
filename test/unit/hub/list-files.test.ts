import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HubClient } from '../../../src/hub/hub-client.js';
import type { HubFile } from '../../../src/hub/hub-file.js';
import { listFiles } from '../../../src/hub/list-files.js';
import { LocalHub } from '../../support/hub/local-hub.js';

const BIG = 'onnx/model.onnx';
const WHERE = { repository: 'someone/tiny', revision: 'main' };

let hub: LocalHub;
beforeEach(async () => {
  hub = await LocalHub.start(WHERE.repository, {
    [BIG]: Buffer.from('weights'),
    'config.json': Buffer.from('{}'),
    'empty.json': Buffer.alloc(0),
  });
});
afterEach(() => hub.stop());

async function listed(name: string): Promise<HubFile> {
  const settings = { endpoint: hub.endpoint, token: undefined, offline: false };
  const client = new HubClient(settings, { windowMs: 5000, retryMs: 5 });
  return (await listFiles(client, WHERE, [name], AbortSignal.timeout(10_000)))[0]!;
}

describe('the list of files', () => {
  it('is read page by page, and only what was asked for is taken', async () => {
    hub.pageSize = 1;
    expect(await listed('empty.json')).toMatchObject({ size: 0, hash: { kind: 'git-sha1' } });
    expect(hub.seen).toHaveLength(3);
    await expect(listed('absent.json')).rejects.toMatchObject({
      code: 'ENCODER_NOT_ON_HUB',
      message: expect.stringContaining('absent.json'),
    });
  });

  it('is not followed to another host', async () => {
    hub.listAnswer = (_, response) =>
      response.writeHead(200, { link: '<http://127.0.0.2:9/x>; rel="next"' }).end('[]');
    await expect(listed(BIG)).rejects.toMatchObject({ code: 'ENCODER_NOT_ON_HUB' });
  });

  it.each([
    ['no JSON', 'no'],
    ['another form', '{"error":1}'],
    ['no end', Buffer.alloc(9_000_000, 32)],
  ])('with %s is an error', async (_, body) => {
    hub.listAnswer = (_request, response) => response.writeHead(200).end(body);
    await expect(listed(BIG)).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
  });

  it('with a hash that is none is an error, not a path', async () => {
    hub.listed.set(BIG, { oid: '../../x' });
    await expect(listed(BIG)).rejects.toMatchObject({ code: 'HUB_UNREACHABLE', retryable: false });
  });
});
