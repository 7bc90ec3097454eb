import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { matchingPositions } from '../../../src/db/samples.queries.js';
import { StatisticsProcess } from '../../../src/ml/processes/statistics-process.js';
import { decodeScores } from '../../../src/ml/train/scores-file.js';
import { type ErrorChoice, WorstRunErrors } from '../../../src/services/run-errors.js';
import { errorsAt } from '../../../src/services/sample-errors.js';
import { samplesInError } from '../../../src/services/samples-in-error.js';
import { startRun } from '../../../src/services/start-run.js';
import type { Sha256 } from '../../../src/storage/blob-store.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

const CHOICES: ErrorChoice[] = [null, 0, 1].flatMap((label) =>
  ([null, 'FALSE_POSITIVE', 'FALSE_NEGATIVE'] as const).map((kind) => ({ label, kind })),
);

let line: ExperimentLine;
let runId: string;
let version: { id: string; sampleCount: number };
/** By label and kind, where the run is wrong, out of its scores and what the samples say. */
let wrong: { position: number; label: number; kind: string; score: number }[];
let scored: Set<number>;
const statistics = new StatisticsProcess();
const deps = () => {
  const { db, blobs } = line;
  const found = new WorstRunErrors({
    db,
    blobs,
    findErrors: (payload) => statistics.findErrors(payload),
  });
  return {
    db,
    blobs,
    runErrors: (...args: Parameters<WorstRunErrors['get']>) => found.get(...args),
  };
};
beforeAll(async () => {
  line = await ExperimentLine.create();
  // Of six values, the threshold among them.
  line.trainer.score = (_, truth, position) => ((position * 7 + (truth ? 3 : 0)) % 11) / 10;
  await line.worker();
  const { datasetId, versionId } = await line.dataset('photos');
  version = { id: versionId, sampleCount: 30 };
  await line.db.query(
    'update samples set unknown_labels = array[1 - position % 2] where version_id = $1 and position % 4 = 1',
    [versionId],
  );
  runId = await startRun(line.deps, {
    datasetId,
    encoderId: 'test/fake',
    config: { fusion: { kind: 'CONCAT' }, epochs: 2 },
  });
  const file = async () =>
    (
      await line.db.query<{ sha256: string | null }>(
        `select encode(scores_sha256, 'hex') as sha256 from runs where id = $1 and status = 'SUCCEEDED'`,
        [runId],
      )
    )[0]?.sha256;
  await until(async () => Boolean(await file()), 'the end of the run');
  const scores = decodeScores(await readFile(line.blobs.path((await file()) as Sha256)));
  const samples = await line.db.query<{ position: number; labels: number[]; unknown: number[] }>(
    'select position, labels, unknown_labels as unknown from samples where version_id = $1',
    [versionId],
  );
  scored = new Set([...scores.validation.positions, ...scores.test.positions]);
  wrong = [scores.validation, scores.test].flatMap((split) =>
    [...split.positions].flatMap((position, row) => {
      const sample = samples.find((each) => each.position === position)!;
      return [0, 1].flatMap((label) => {
        const score = split.scores[row * 2 + label]!;
        const carries = sample.labels.includes(label);
        if (score >= 0.5 === carries || sample.unknown.includes(label)) return [];
        return [{ position, label, kind: carries ? 'FALSE_NEGATIVE' : 'FALSE_POSITIVE', score }];
      });
    }),
  );
});
afterAll(() => Promise.all([line.close(), statistics.close()]));

const chosen = ({ label, kind }: ErrorChoice) =>
  wrong.filter(
    (each) => (label === null || each.label === label) && (kind === null || each.kind === kind),
  );

it('samples in error are those that a count over the run’s scores finds, of every label and kind', async () => {
  expect(wrong.length).toBeGreaterThan(10);
  for (const choice of CHOICES) {
    const mask = await samplesInError(deps(), version, runId, choice);
    const expected = [...new Set(chosen(choice).map(({ position }) => position))];
    expect(expected.length).toBeGreaterThan(0);
    const found = await matchingPositions(line.db, version.id, { mask });
    expect(found.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
    const inTest = await matchingPositions(line.db, version.id, { mask, split: 'TEST' });
    expect(inTest.toSorted((a, b) => a - b)).toEqual(
      expected.filter((position) => position % 3 === 2).toSorted((a, b) => a - b),
    );
  }
});

it('what is wrong about a sample is said of each that the run has scored', async () => {
  const positions = Array.from({ length: version.sampleCount }, (_, i) => i);
  for (const choice of CHOICES) {
    const lists = await errorsAt(deps(), version.id, positions, runId, choice);
    for (const [position, list] of lists.entries()) {
      if (!scored.has(position)) {
        expect(list).toBeNull();
        continue;
      }
      const expected = chosen(choice).filter((each) => each.position === position);
      expect(list).toHaveLength(expected.length);
      expect(list).toEqual(
        expect.arrayContaining(
          expected.map((each) => expect.objectContaining({ ...each, threshold: 0.5 })),
        ),
      );
      const losses = list!.map(({ loss }) => loss);
      expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    }
  }
});

it('a run of another version, or none, is refused', async () => {
  const { versionId } = await line.dataset('others');
  const all: ErrorChoice = { label: null, kind: null };
  await expect(
    samplesInError(deps(), { id: versionId, sampleCount: 30 }, runId, all),
  ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  for (const id of ['nonsense', versionId]) {
    await expect(samplesInError(deps(), version, id, all)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  }
  expect(await errorsAt(deps(), versionId, [2], runId, all)).toEqual([null]);
});
