import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { referencedBlobs, sizedBytes } from '../../../src/db/blob-references.queries.js';
import { embeddingSetsByIds } from '../../../src/db/embedding-sets.queries.js';
import { setToEmbed } from '../../../src/db/embeddings.queries.js';
import { fromFloat16 } from '../../../src/ml/data/float16.js';
import { tokenRowLength } from '../../../src/ml/nn/token-shape.js';
import { deleteDataset } from '../../../src/services/delete-dataset.js';
import { embedDataset } from '../../../src/services/embed-dataset.js';
import { runEmbedding } from '../../../src/services/run-embedding.js';
import { sha256FromBytes, sha256Of } from '../../../src/storage/sha256.js';
import { makePng } from '../../support/png.js';
import { captionedPhotos } from './captioned-photos.js';
import { DataLine } from './data-line.js';
import { TOKEN_SHAPES, tokensOf } from './fake-encoder.js';
import { LostImages, MOST_LOST } from './lost-images.js';

let line: DataLine;

beforeAll(async () => {
  line = await DataLine.create();
});
afterEach(() => line.stopWorkers());
afterAll(() => line.close());

const makeDataset = (name: string, n: number, from?: number) =>
  captionedPhotos(line, name, n, from);

const embed = (datasetVersionId: string, tokens: boolean) =>
  embedDataset(
    { db: line.db, encoders: line.encoder },
    { datasetVersionId, encoderId: 'test/fake', tokens },
  );

async function ended(setId: string): Promise<void> {
  const [set] = await embeddingSetsByIds(line.db, [setId]);
  expect(await line.ended(set!.jobId!)).toMatchObject({ status: 'SUCCEEDED', errorMessage: null });
}

/** The files of a set, by their digests. */
async function filesOf(setId: string) {
  const set = (await setToEmbed(line.db, setId))!;
  return {
    vectors: sha256FromBytes(set.artifactSha256!),
    tokens: set.tokensSha256 && sha256FromBytes(set.tokensSha256),
  };
}

describe('a set with tokens', () => {
  it('has the vectors of one without, and beside them a file of tokens in sample order', async () => {
    const versionId = await makeDataset('first', 30, 0);
    await line.worker();
    const [plain, withTokens] = [await embed(versionId, false), await embed(versionId, true)];
    expect(await embed(versionId, true)).toBe(withTokens);
    await ended(plain);
    await ended(withTokens);
    for (const id of [plain, withTokens]) {
      expect(await embeddingSetsByIds(line.db, [id])).toMatchObject([
        { hasTokens: id === withTokens, computedCount: 54 },
      ]);
    }
    const files = await filesOf(withTokens);
    expect(await filesOf(plain)).toEqual({ vectors: files.vectors, tokens: null });

    const bytes = new Uint8Array(await readFile(line.blobs.path(files.tokens!)));
    const values = fromFloat16(new Uint16Array(bytes.buffer));
    const [image, text] = [tokenRowLength(TOKEN_SHAPES.image), tokenRowLength(TOKEN_SHAPES.text)];
    expect(values.length).toBe(30 * (image + text));
    for (const { position, caption, key } of await line.samples(versionId)) {
      const levels = await line.encoder.pixels({ bytes: makePng(Number(key.split('.')[0])) });
      const from = 30 * image + position * text;
      expect(values.subarray(position * image, (position + 1) * image)).toEqual(
        tokensOf(levels, 'image'),
      );
      expect(values.subarray(from, from + text)).toEqual(
        caption === null ? new Float32Array(text) : tokensOf(caption, 'text'),
      );
    }
  });

  it('computes nothing a second time, and what a set without knows is not enough for it', async () => {
    const versionId = await makeDataset('again', 30, 0);
    const before = [line.encoder.images, line.encoder.texts.length];
    await line.worker();
    const setId = await embed(versionId, true);
    await ended(setId);
    expect([line.encoder.images, line.encoder.texts.length]).toEqual(before);
    expect(await embeddingSetsByIds(line.db, [setId])).toMatchObject([{ reusedCount: 54 }]);
  });

  it('keeps its files, and they count as used', async () => {
    const versionId = await makeDataset('kept', 20, 5000);
    const used = await sizedBytes(line.db);
    await line.worker();
    const setId = await embed(versionId, true);
    await ended(setId);
    const { tokens } = await filesOf(setId);
    const strange = sha256Of(Buffer.from('strange'));
    expect(await referencedBlobs(line.db, [tokens!, strange])).toEqual(new Set([tokens]));
    const row = tokenRowLength(TOKEN_SHAPES.image) + tokenRowLength(TOKEN_SHAPES.text);
    // Packs of 20 images and 16 texts, and both files of 20 samples; the database itself grows as well.
    const files = 20 * row * 2 + 20 * 2 * 8 * 4;
    const packs = 36 * 8 * 4 + (20 * 15 + 16 * 12) * 2;
    expect((await sizedBytes(line.db)) - used).toBeGreaterThanOrEqual(files + packs);
  });

  it('goes with its dataset, both files at once', async () => {
    const versionId = await makeDataset('gone', 10, 8000);
    await line.worker();
    const setId = await embed(versionId, true);
    await ended(setId);
    const { vectors, tokens } = await filesOf(setId);
    const [dataset] = await line.db.query<{ id: string }>(
      'select dataset_id as id from dataset_versions where id = $1',
      [versionId],
    );
    await deleteDataset(line.deps, dataset!.id);
    expect([await line.blobs.has(vectors), await line.blobs.has(tokens!)]).toEqual([false, false]);
  });

  it('is refused where the encoder has none', async () => {
    const versionId = await makeDataset('refused', 3, 6000);
    const source = line.encoder;
    const encoders = {
      device: () => source.device(),
      list: () => source.list(),
      prepare: () => source.prepare(),
      get: async (id: string) => {
        const encoder = (await source.get(id))!;
        return { ...encoder, description: { ...encoder.description, tokenShapes: {} } };
      },
    };
    const asked = embedDataset(
      { db: line.db, encoders },
      { datasetVersionId: versionId, encoderId: 'test/fake', tokens: true },
    );
    await expect(asked).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('exported without tokens'),
    });
  });

  it('is not begun where the disk has no room for it', async () => {
    const versionId = await makeDataset('large', 10, 7000);
    const setId = await embed(versionId, true);
    const images = line.encoder.images;
    const context = { signal: new AbortController().signal } as Parameters<typeof runEmbedding>[2];
    const deps = { ...line.embedding, freeBytes: async () => 64 * 2 ** 20 + 2000 };
    await expect(runEmbedding(deps, setId, context)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(line.encoder.images).toBe(images);
  });

  it('is the same after its worker was killed in the middle, again and again', async () => {
    const samples = 2000;
    const versionId = await makeDataset('killed', samples, 100_000);
    const setId = await embed(versionId, true);
    const computed = async () => (await embeddingSetsByIds(line.db, [setId]))[0]!.computedCount;
    const contents = samples + (samples * 4) / 5;
    const lost = await LostImages.watch(line, setId);
    // Never so many that the images come to their end, though all be kept.
    for (const images of [200, 600, 600]) {
      const before = (await line.tally()).images;
      const child = await line.childWorker({ delay: 20, images: images + 100 });
      while ((await line.tally()).images < before + images) await sleep(5);
      await child.kill();
      expect(await lost.more()).toBeLessThanOrEqual(MOST_LOST);
      expect((await setToEmbed(line.db, setId))!.tokensSha256).toBeNull();
    }
    await line.childWorker();
    await ended(setId);
    expect(await computed()).toBe(contents);
    const files = await filesOf(setId);
    await line.stopWorkers();

    await line.db.query(
      'update embedding_sets set artifact_sha256 = null, tokens_sha256 = null where id = $1',
      [setId],
    );
    await line.db.query('delete from embedding_packs');
    await line.worker();
    expect(await embed(versionId, true)).toBe(setId);
    await ended(setId);
    expect(await filesOf(setId)).toEqual(files);
  }, 120_000);
});
