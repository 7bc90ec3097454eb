import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportRows } from '../../../src/db/experiments.queries.js';
import { cellsByLabel } from '../../../src/ml/metrics/cells-by-label.js';
import { Turns } from '../../../src/ml/processes/turns.js';
import { reportExperiment } from '../../../src/services/experiment-report.js';
import { LabelReports } from '../../../src/services/report-labels.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

let line: ExperimentLine;
beforeAll(async () => {
  line = await ExperimentLine.create();
  line.trainer.quality = ({ config }) => (config.fusion.kind === 'TEXT_ONLY' ? 0.6 : 0.5);
  // A photo tells nothing, a caption is taken wrongly at position 11, both at 14 and 17.
  line.trainer.score = ({ config }, truth, position) => {
    const wrong = { IMAGE_ONLY: [], TEXT_ONLY: [11], CONCAT: [14, 17] }[
      config.fusion.kind as 'CONCAT'
    ];
    if (config.fusion.kind === 'IMAGE_ONLY') return 0.5;
    return truth !== (wrong as number[]).includes(position) ? 0.9 : 0.1;
  };
  await line.worker();
});
afterAll(() => line.close());

it('the best cells stand side by side, label by label, on the samples that all can use', async () => {
  const { datasetId, versionId } = await line.dataset('photos');
  // TEST is 2, 5, …, 29: odd positions carry the second label. One has no caption, one no known labels.
  await line.db.query(
    `update samples set caption = case when position = 2 then null
       when position % 4 = 1 then 'bs, of course' else 'nothing' end where version_id = $1`,
    [versionId],
  );
  await line.db.query(
    'update samples set labelled = false where version_id = $1 and position = 8',
    [versionId],
  );
  const id = await startExperiment(
    line.deps,
    line.input(datasetId, {
      heads: [{ kind: 'LINEAR' }],
      fusions: [{ kind: 'IMAGE_ONLY' }, { kind: 'TEXT_ONLY' }, { kind: 'CONCAT' }],
    }),
  );
  await until(async () => (await line.experiment(id)).status === 'SUCCEEDED', 'the end');

  const rows = await reportRows(line.db, [id]);
  const report = reportExperiment(rows, []);
  expect(report.bestSingle).toBe(report.bestTextOnly);
  const runsOf = (cell: { number: number } | null) =>
    rows.filter((row) => row.cell === cell!.number).map((row) => [row.runId!]);
  let asked = 0;
  const reports = new LabelReports({
    queue: new Turns(),
    db: line.db,
    blobs: line.blobs,
    cellsByLabel: async (payload) => {
      asked += 1;
      return cellsByLabel(payload);
    },
  });
  const best = {
    version: { id: versionId, labels: [{ name: 'a' }, { name: 'b' }] },
    imageOnly: runsOf(report.bestImageOnly),
    textOnly: runsOf(report.bestTextOnly),
    fused: runsOf(report.bestFused),
    single: 'textOnly' as const,
  };
  const found = (await reports.report(best))!;

  // 5, 11, 14, 17, 20, 23, 26, 29: five odd ones, of which 5, 17 and 29 say 'bs'.
  expect(found.numSamples).toBe(8);
  expect(found.labels.map(({ support }) => support)).toEqual([3, 5]);
  expect(found.labels.map(({ imageOnly }) => imageOnly!.averagePrecision)).toEqual([3 / 8, 5 / 8]);
  expect(found.labels.map(({ captionMatch }) => captionMatch)).toEqual([
    { support: 3, matched: 0, precision: null, recall: 0, f1: 0 },
    { support: 5, matched: 3, precision: 1, recall: 3 / 5, f1: 6 / 8 },
  ]);
  // 'a' of TEXT_ONLY: its three ranked with the odd 11; of CONCAT with 17, but without 14.
  expect(found.labels.map(({ textOnly }) => textOnly!.f1)).toEqual([
    expect.closeTo(6 / 7, 12),
    expect.closeTo(8 / 9, 12),
  ]);
  expect(found.labels.map(({ fused }) => fused!.f1)).toEqual([
    expect.closeTo(4 / 6, 12),
    expect.closeTo(8 / 10, 12),
  ]);
  // Wrong at a position is wrong for both labels.
  expect(found.flips).toEqual({
    gained: 2,
    lost: 4,
    numSamples: 3,
    samples: [
      { row: 11, gained: [0, 1], lost: [] },
      { row: 14, gained: [], lost: [0, 1] },
      { row: 17, gained: [], lost: [0, 1] },
    ],
  });

  expect(await reports.report(best)).toBe(found);
  expect(asked).toBe(1);
  const single = (await reports.report({ ...best, fused: [] }))!;
  expect(single.flips).toBeNull();
  expect(single.labels.map(({ fused }) => fused)).toEqual([null, null]);
  expect(
    await reports.report({ ...best, imageOnly: [], textOnly: [], fused: [], single: null }),
  ).toBeNull();
});
