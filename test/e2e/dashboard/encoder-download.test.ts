import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogued } from '../../support/hub/catalogued.js';
import { LocalHub, status } from '../../support/hub/local-hub.js';
import { tinyFiles } from '../../support/hub/tiny-files.js';
import { ServerProcess } from '../../support/server-process.js';
import { signIn } from './sign-in.js';
import { CHROMIUM, openVisit, type Visit } from './visit.js';

const ENCODER = 'someone/tiny';

describe.skipIf(!CHROMIUM)(
  'an encoder of the catalogue on its page (skipped where Chromium is not installed)',
  () => {
    let work: string;
    let hub: LocalHub;
    let server: ServerProcess;
    let visit: Visit;
    const row = () => visit.page.getByRole('row').filter({ hasText: ENCODER });
    const button = (name: string) => row().getByRole('button', { name });

    beforeAll(async () => {
      work = await mkdtemp(path.join(tmpdir(), 'clipwright-download-'));
      hub = await LocalHub.start(ENCODER, tinyFiles());
      const catalogue = path.join(work, 'catalogue.json');
      await writeFile(catalogue, JSON.stringify({ encoders: [catalogued(ENCODER)] }));
      server = await ServerProcess.start({
        data: path.join(work, 'data'),
        importRoot: path.join(work, 'import'),
        env: { CLIPWRIGHT_CATALOGUE: catalogue, HF_ENDPOINT: hub.endpoint },
      });
      visit = await openVisit();
      await signIn(visit, server.output);
      await visit.page.goto(`${server.url}/encoders`);
    });
    afterAll(async () => {
      await visit?.close();
      await server?.stop();
      await hub?.stop();
      await rm(work, { recursive: true, force: true });
    });

    test('that the hub refuses says why, once, and can be downloaded when that is mended', async () => {
      hub.listAnswer = status(401, { 'x-error-code': 'GatedRepo' });
      await button('Download tiny').click();
      // The progress says that it has failed a moment before the encoder says why.
      await row().getByText(/gated/i).first().waitFor();
      await row().getByText('Failed').waitFor();
      expect(await row().getByText(/gated/i).count()).toBe(1);
      expect(await button('Delete tiny').count()).toBe(0);
      hub.listAnswer = undefined;
      await button('Download tiny').click();
      await row().getByText('Ready').waitFor();
      expect(await button('Download tiny').count()).toBe(0);
    });

    test('that is there can be deleted, also with files that cannot be used, and is offered again', async () => {
      await rm(path.join(work, 'data/hub', ENCODER, 'config.json'));
      await visit.page.reload();
      await row().getByText('Failed').waitFor();
      await row()
        .getByText(/config\.json/)
        .waitFor();
      await button('Delete tiny').click();
      await visit.page.getByRole('button', { name: 'Delete the encoder' }).click();
      await row().getByText('Available').waitFor();
      await button('Download tiny').waitFor();
      expect(visit.complaints).toEqual([]);
    });
  },
);
