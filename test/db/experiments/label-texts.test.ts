import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { l2NormalizeRows } from '../../../src/ml/clip/l2-normalize.js';
import type { TrainPayload } from '../../../src/ml/processes/train.methods.js';
import { embedDataset } from '../../../src/services/embed-dataset.js';
import { type StartRunInput, startRun } from '../../../src/services/start-run.js';
import { until } from '../jobs/until.js';
import { DIMENSION, textVector } from '../line/fake-encoder.js';
import { ExperimentLine } from './experiment-line.js';

const PROMPTS = ['a photo of a {}.', 'many {}, and $&'];
const ZERO_SHOT = { head: { kind: 'ZERO_SHOT', prompts: PROMPTS }, fusion: { kind: 'MEAN' } };

let line: ExperimentLine;
let datasetId: string;
let versionId: string;
const payloads: TrainPayload[] = [];

beforeAll(async () => {
  line = await ExperimentLine.create();
  ({ datasetId, versionId } = await line.dataset('photos'));
  line.trainer.quality = (payload) => {
    if (!payloads.includes(payload)) payloads.push(payload);
    return 0.5;
  };
});
afterEach(async () => {
  payloads.length = 0;
  line.encoder.texts.length = 0;
  await line.stopWorkers();
});
afterAll(() => line.close());

const start = (config: object, more: Partial<StartRunInput> = {}) =>
  startRun(line.deps, { datasetId, encoderId: 'test/fake', config, ...more });

async function end(runId: string) {
  const run = async () => (await line.runs()).find(({ id }) => id === runId)!;
  await until(async () => ['SUCCEEDED', 'FAILED'].includes((await run()).status), 'the end');
  const [row] = await line.db.query<{ status: string; error: string | null }>(
    'select status, error_code as error from runs where id = $1',
    [runId],
  );
  return row!;
}

/** `[L, D]`, label by label and prompt by prompt. */
function expectedEmbeds(prompts: ((name: string) => string)[]): Float32Array {
  const rows = ['a', 'b'].flatMap((name) => {
    const vectors = prompts.map((prompt) => textVector(prompt(name)));
    return Array.from({ length: DIMENSION }, (_, d) =>
      vectors.reduce((sum, vector) => sum + vector[d]! / vectors.length, 0),
    );
  });
  const embeds = Float32Array.from(rows);
  l2NormalizeRows(embeds, DIMENSION);
  return embeds;
}

describe('a run whose head needs the labels’ texts', () => {
  it('gets the mean over the prompts, each embedded once by its own encoder', async () => {
    await line.worker();
    expect(await end(await start(ZERO_SHOT))).toEqual({ status: 'SUCCEEDED', error: null });
    const texts = ['a', 'b'].flatMap((name) => [`a photo of a ${name}.`, `many ${name}, and $&`]);
    const asked = line.encoder.texts.filter((text) => !text.startsWith('photos'));
    expect(asked.sort()).toEqual(texts.sort());
    const [{ labelEmbeds }] = payloads as [TrainPayload];
    const expected = expectedEmbeds([
      (name) => `a photo of a ${name}.`,
      (name) => `many ${name}, and $&`,
    ]);
    expect(labelEmbeds!.length).toBe(2 * DIMENSION);
    labelEmbeds!.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6);
    });

    // From the store: a second run's are the same bit for bit, and one of the texts is enough for another.
    await end(await start(ZERO_SHOT, { seed: 2 }));
    await end(await start({ ...ZERO_SHOT, head: { kind: 'KNN' } }));
    await end(
      await start({ ...ZERO_SHOT, head: { kind: 'COSINE', start: 'LABEL_TEXTS' } }, { seed: 2 }),
    );
    expect(line.encoder.texts.filter((text) => !text.startsWith('photos'))).toEqual(asked);
    const [, second, untold, one] = payloads.map((payload) => payload.labelEmbeds);
    expect(second).toEqual(labelEmbeds);
    expect(untold).toBeUndefined();
    one!.forEach((value, i) => {
      expect(value).toBeCloseTo(expectedEmbeds([(name) => `a photo of a ${name}.`])[i]!, 6);
    });
  });

  it('says in its events what the embedding of photos, captions or labels warned of, once', async () => {
    const other = await line.dataset('fallen back');
    line.encoder.warning = 'webgpu failed, so the CPU embeds';
    await line.worker();
    const head = { kind: 'ZERO_SHOT', prompts: ['a drawing of a {}.', 'the {} of a drawing'] };
    const ids = [
      await start({}, { datasetId: other.datasetId }),
      await start({ head, fusion: { kind: 'MEAN' } }),
    ];
    for (const id of ids) {
      expect(await end(id)).toEqual({ status: 'SUCCEEDED', error: null });
      const warned = await line.db.query(
        'select 1 from run_events where run_id = $1 and message = $2',
        [id, `embedding: ${line.encoder.warning}`],
      );
      expect(warned).toHaveLength(1);
    }
    line.encoder.warning = undefined;
  });

  it('fails where its encoder is no longer the one that made the embeddings', async () => {
    const complete = async () => {
      const [set] = await line.db.query<{ complete: boolean }>(
        'select bool_and(artifact_sha256 is not null) as complete from embedding_sets',
      );
      return set!.complete;
    };
    await line.worker();
    await embedDataset(line.deps, { datasetVersionId: versionId, encoderId: 'test/fake' });
    await until(complete, 'the embeddings');
    await line.stopWorkers();
    const head = { kind: 'ZERO_SHOT', prompts: ['not seen before: {}'] };
    const runId = await start({ ...ZERO_SHOT, head });
    line.encoder.revise('c'.repeat(64));
    await line.worker();
    expect(await end(runId)).toEqual({ status: 'FAILED', error: 'CONFLICT' });
    expect(payloads).toEqual([]);
  });
});
