import { insertSamples, type NewSample } from '../db/imports.queries.js';
import { insertVersion, setLatestVersion } from '../db/publish.queries.js';
import type { Tx } from '../db/sql.js';
import { indexByKey, type PlanInput, plannedSamples, type VersionPlan } from './plan-version.js';

const INSERT_ROWS = 2000;

/** Writes a planned version, which becomes the latest of its dataset. @returns its id */
export async function insertPlanned(
  tx: Tx,
  input: PlanInput,
  plan: VersionPlan,
  of: { datasetId: string; description: string | null; note: string | null },
): Promise<string> {
  const version = await insertVersion(tx, {
    datasetId: of.datasetId,
    jobId: input.jobId,
    note: of.note,
    digest: plan.digest,
    labels: plan.labels,
    labelStats: plan.labelStats,
    sampleCount: plan.splits.length,
    labelledCount: plan.labelledCount,
  });
  const indices = indexByKey(plan.labels);
  const indicesOf = (keys: readonly string[]) =>
    keys.map((key) => indices.get(key)!).sort((a, b) => a - b);
  let rows: NewSample[] = [];
  let position = 0;
  for await (const { sample } of plannedSamples(tx, input)) {
    if (!sample) continue;
    rows.push({
      position,
      key: sample.key,
      caption: sample.caption,
      labels: indicesOf(sample.labels ?? []),
      unknownLabels: indicesOf(sample.unknownLabels),
      labelled: sample.labels !== null,
      split: plan.splits[position]!,
      imageSha256: sample.imageSha256?.toString('hex') ?? null,
    });
    position++;
    if (rows.length === INSERT_ROWS) {
      await insertSamples(tx, version.id, rows);
      rows = [];
    }
  }
  if (rows.length > 0) await insertSamples(tx, version.id, rows);
  await setLatestVersion(tx, of.datasetId, version.id, of.description);
  return version.id;
}
