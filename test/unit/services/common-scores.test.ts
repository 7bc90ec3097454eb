import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Sql } from '../../../src/db/sql.js';
import { encodeScores } from '../../../src/ml/train/scores-file.js';
import { commonScores } from '../../../src/services/common-scores.js';
import type { BlobStore } from '../../../src/storage/blob-store.js';
import { parseSha256 } from '../../../src/storage/sha256.js';

test('runs with too many scores are not compared, and their scores are not read', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'clipwright-'));
  try {
    const numLabels = 20_000_001;
    const none = { positions: new Int32Array(0), scores: new Float32Array(0) };
    const bytes = encodeScores({ numLabels, validation: none, test: none });
    new DataView(bytes.buffer).setUint32(12, 1, true);
    const file = await open(path.join(directory, 'scores'), 'w');
    await file.write(bytes);
    // One sample, as a hole in the file.
    await file.truncate(bytes.length + 4 + numLabels * 4);
    await file.close();
    // Neither the database nor the contents are asked for anything.
    const blobs = { path: () => path.join(directory, 'scores') } as unknown as BlobStore;
    const found = await commonScores({ db: {} as Sql, blobs }, { versionId: 'v', split: 'TEST' }, [
      [parseSha256('0'.repeat(64))],
    ]);
    expect(found).toBeNull();
  } finally {
    await rm(directory, { recursive: true });
  }
});
