import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import { tryEncoder } from '../../../src/ml/processes/try-encoder.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { tinyClipWithTokens } from '../../support/clip/with-token-output.js';

const VISION = 'onnx/vision_model.onnx';
const TEXT = 'onnx/text_model.onnx';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'clipwright-trial-'));
  folder = path.join(root, 'tiny');
  await cp(TINY_CLIP, folder, { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const never = new AbortController().signal;
const trial = async (signal = never) => tryEncoder(await describeEncoder(folder), signal);

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const name = path.join(folder, file);
  // Every byte stays a character, so that graphs can be edited too where lengths stay the same.
  const text = await readFile(name, 'latin1');
  expect(change(text)).not.toBe(text);
  await writeFile(name, change(text), 'latin1');
}

/** config.json and preprocessor_config.json agree on another size than the graph's. */
async function resize(size: number): Promise<void> {
  for (const file of ['config.json', 'preprocessor_config.json']) {
    await edit(file, (text) => text.replaceAll('224', String(size)));
  }
}

describe('tryEncoder', () => {
  it('passes an encoder, with the tokens that it gives and without', async () => {
    await trial();
    await tinyClipWithTokens(folder);
    await trial();
  });

  it.each<[string, () => Promise<void>, string, string[]]>([
    ['another image size', () => resize(192), VISION, ['192 x 192', 'config.json']],
    [
      'another dimension',
      () => edit('config.json', (text) => text.replace(/("projection_dim": *)32/, '$116')),
      VISION,
      ['config.json says 16', 'has 32'],
    ],
    [
      'a longer context',
      () => edit('config.json', (text) => text.replace(/("max_position_embeddings": *)77/, '$199')),
      TEXT,
      ['99 tokens', 'config.json'],
    ],
    [
      'no such input',
      () => edit(VISION, (text) => text.replaceAll('pixel_values', 'pixel_volues')),
      VISION,
      ['expected the inputs pixel_values', 'found pixel_volues'],
    ],
    [
      'an op that ONNX Runtime lacks',
      () => edit(TEXT, (text) => text.replaceAll('Softmax', 'Softmix')),
      TEXT,
      ['cannot be loaded', 'Softmix'],
    ],
    [
      'tokens of another width',
      async () => {
        await tinyClipWithTokens(folder);
        await edit('config.json', (text) => text.replaceAll(/("hidden_size": *)\d+/g, '$148'));
      },
      VISION,
      ['last_hidden_state', '48'],
    ],
  ])('refuses %s, and says which file it is', async (_, change, file, says) => {
    await change();
    const refused = await trial().catch((error) => error);
    expect(refused).toMatchObject({ code: expect.stringMatching(/^ENCODER_/), retryable: false });
    for (const each of [file, ...says]) expect(refused.message).toContain(each);
    expect(refused.message).not.toContain(root);
  });

  it('ends with the reason of its signal', async () => {
    const cancelled = new AbortController();
    const ended = trial(cancelled.signal);
    cancelled.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
  });
});
