import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EncoderJob } from '../../../src/db/encoder-jobs.queries.js';
import type { Sql } from '../../../src/db/sql.js';
import { listEncoders } from '../../../src/services/list-encoders.js';
import { LocalEncoders } from '../../../src/services/local-encoders.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { catalogued } from '../../support/hub/catalogued.js';

let root: string;
let encoders: LocalEncoders;
let reasons: string[];

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'clipwright-encoders-'));
  const at = (name: string) => path.join(root, name);
  reasons = [];
  downloads = [];
  encoders = new LocalEncoders(
    { builtIn: at('builtIn'), local: at('local'), hub: at('hub') },
    {
      license: (id) => (id === 'someone/tiny' ? 'MIT' : null),
      onUnusable: (id, error) => reasons.push(`${id}: ${error.message}`),
    },
  );
});
afterEach(() => rm(root, { recursive: true }));

function copyTo(folder: string): Promise<void> {
  return cp(TINY_CLIP, path.join(root, folder), { recursive: true });
}

let downloads: EncoderJob[] = [];
const db = { query: async () => downloads } as unknown as Sql;

const list = (...repositories: string[]) => {
  const catalogue = new Map(repositories.map((id) => [id, catalogued(id)]));
  return listEncoders({ db, encoders, catalogue });
};

describe('the list of encoders', () => {
  it('has built-in, local and downloaded ones, then what the catalogue has besides', async () => {
    await Promise.all(['builtIn/mini', 'local/mine', 'hub/someone/tiny'].map(copyTo));
    expect(await list('someone/tiny', 'someone/other')).toMatchObject([
      { id: 'clipwright/mini', status: 'BUILT_IN', license: 'Apache-2.0', isStored: false },
      { id: 'local/mine', status: 'READY', license: null, dimension: 32, isStored: true },
      { id: 'someone/tiny', status: 'READY', license: 'MIT', dimension: 32, isStored: true },
      { id: 'someone/other', status: 'AVAILABLE', license: 'MIT', dimension: 32, revision: null },
    ]);
    expect((await encoders.list()).map(({ id }) => id)).not.toContain('someone/other');
  });

  it('lists a folder that is no encoder with its problem, which no use of it gets', async () => {
    await copyTo('local/broken');
    await rm(path.join(root, 'local/broken/config.json'));
    expect(await list()).toMatchObject([
      {
        id: 'local/broken',
        status: 'FAILED',
        problem: expect.stringContaining('config.json'),
        dimension: 0,
        isStored: true,
      },
    ]);
    expect(await encoders.list()).toEqual([]);
    expect(await encoders.get('local/broken')).toBeUndefined();
    expect(reasons).toHaveLength(1);
  });

  it('sees a folder that is new, mended or changed without a new start, and reads no folder twice', async () => {
    await copyTo('local/broken');
    const config = path.join(root, 'local/broken/config.json');
    await writeFile(config, '{');
    expect(await list()).toMatchObject([{ status: 'FAILED' }]);
    await cp(path.join(TINY_CLIP, 'config.json'), config);
    const [mended] = await encoders.list();
    expect(mended).toMatchObject({ status: 'READY' });
    expect((await encoders.list())[0]).toBe(mended);
    await writeFile(path.join(root, 'local/broken/tokenizer_config.json'), '{}');
    const [changed] = await encoders.list();
    expect(changed!.description.revision).not.toBe(mended!.description.revision);
  });

  it.each([
    ['QUEUED', 'DOWNLOADING', null],
    ['RUNNING', 'DOWNLOADING', null],
    ['FAILED', 'FAILED', 'the disk is full'],
    ['CANCELLED', 'AVAILABLE', null],
  ] as const)('shows an encoder whose download is %s as %s', async (status, shown, problem) => {
    const errorMessage = status === 'FAILED' ? 'the disk is full' : null;
    downloads = [{ encoderId: 'someone/tiny', id: 'job', status, errorMessage }];
    expect(await list('someone/tiny')).toMatchObject([
      { status: shown, problem, jobId: 'job', isStored: false },
    ]);
    await copyTo('hub/someone/tiny');
    expect(await list('someone/tiny')).toMatchObject([{ status: 'READY', problem: null }]);
    await rm(path.join(root, 'hub/someone/tiny/config.json'));
    expect(await list('someone/tiny')).toMatchObject([{ isStored: true }]);
  });

  it('passes over what is not finished', async () => {
    await mkdir(path.join(root, 'hub/.partial/someone'), { recursive: true });
    await mkdir(path.join(root, 'local/.adding'), { recursive: true });
    expect(await list()).toEqual([]);
  });
});
