import { lockBlobsForWriting } from '../db/blob-lock.js';
import {
  addToReport,
  insertImages,
  insertStagedRows,
  type RejectedRow,
  type StagedRow,
  stagedLines,
} from '../db/imports.queries.js';
import type { JobContext } from '../jobs/task.js';
import { mapBounded } from '../storage/map-bounded.js';
import { parseSha256 } from '../storage/sha256.js';
import { openTable } from '../tables/open-table.js';
import { duplicateOf, type ParsedSample, parseRow } from '../tables/parse-row.js';
import type { TableRow } from '../tables/table-row.js';
import { requireBlobRoom } from './disk-room.js';
import { type ImportedImage, type ImportImagesDeps, importImages } from './import-images.js';
import type { ImportSettings } from './import-input.js';
import type { ImportPlan } from './import-plan.js';
import type { ImportSource } from './import-source.js';
import { groupsOf, pipelined } from './pipelined.js';
import { ProgressMeter } from './progress-meter.js';

const GROUP_ROWS = 128;
/** What the rows of a group take in the database, roughly and at most. */
const GROUP_BYTES = 1024 * 1024;
/** While one group's files are synced, the next one's images are decoded. */
const GROUPS_AT_ONCE = 2;

interface PreparedGroup {
  readonly read: number;
  readonly lastLine: number;
  readonly rejected: RejectedRow[];
  readonly samples: { sample: ParsedSample; image: Extract<ImportedImage, { kind: 'stored' }> }[];
}

/**
 * Stages every row of the table, or puts it into the report, a group at a time; what a group stages and what it adds to the
 * report commit together.
 * @param share of the job's progress that this is
 */
export async function stageRows(
  deps: ImportImagesDeps,
  source: ImportSource,
  plan: ImportPlan,
  { format }: Pick<ImportSettings, 'format'>,
  context: JobContext,
  share: number,
): Promise<void> {
  const meter = new ProgressMeter((await countLines(source, plan.table)) / share);
  const table = await openTable(source.stream(plan.table), format, plan.table);
  const groups = pipelined(groupsOf(table.rows, GROUP_ROWS), GROUPS_AT_ONCE, (rows) =>
    prepareGroup(deps, source, plan, rows, context.signal),
  );
  let lines = 0;
  try {
    for await (const group of groups) {
      context.signal.throwIfAborted();
      await stageGroup(deps, group, context);
      meter.add(group.lastLine - lines);
      lines = group.lastLine;
      await context.progress(meter.update());
    }
  } finally {
    await table.close();
  }
}

async function prepareGroup(
  deps: ImportImagesDeps,
  source: ImportSource,
  plan: ImportPlan,
  rows: readonly TableRow[],
  signal: AbortSignal,
): Promise<PreparedGroup> {
  await requireBlobRoom(deps, GROUP_BYTES);
  const rejected: RejectedRow[] = [];
  const parsed: { sample: ParsedSample; path: string }[] = [];
  const prefix = plan.imageFolder === '' ? '' : `${plan.imageFolder}/`;
  for (const row of rows) {
    const result = parseRow(row, plan.columns, plan.images);
    if (result.kind === 'sample') parsed.push({ sample: result, path: prefix + result.image });
    else rejected.push(result);
  }
  const images = await importImages(deps, source, new Set(parsed.map(({ path }) => path)), signal);
  const samples: PreparedGroup['samples'] = [];
  for (const { sample, path } of parsed) {
    const image = images.get(path)!;
    if (image.kind === 'stored') samples.push({ sample, image });
    else rejected.push({ line: sample.line, key: sample.key, reason: image.reason });
  }
  return { read: rows.length, lastLine: rows.at(-1)!.line, rejected, samples };
}

async function stageGroup(
  deps: ImportImagesDeps,
  group: PreparedGroup,
  context: JobContext,
): Promise<void> {
  const images = new Map(group.samples.map(({ image }) => [image.row.sha256, image.row]));
  const staged = group.samples.map(({ sample, image }) => toStaged(sample, image.row.sha256));
  await context.fenced(async (tx) => {
    await lockBlobsForWriting(tx);
    const present = await mapBounded([...images.keys()], 8, (sha256) =>
      deps.blobs.has(parseSha256(sha256)),
    );
    if (present.includes(false)) throw new Error('an image was removed before its row was written');
    await insertImages(tx, [...images.values()]);
    const lines = await insertStagedRows(tx, context.jobId, staged);
    const duplicates = staged.filter((row) => !lines.has(row.line));
    const first = await stagedLines(
      tx,
      context.jobId,
      duplicates.map((row) => row.key),
    );
    const rejected = [
      ...group.rejected,
      ...duplicates.map((row) => duplicateOf(first.get(row.key), row)),
    ];
    await addToReport(tx, context.jobId, { read: group.read, imported: lines.size, rejected });
  });
}

function toStaged(sample: ParsedSample, imageSha256: string): StagedRow {
  return {
    key: sample.key,
    line: sample.line,
    caption: sample.caption,
    labels: sample.labels ?? [],
    unknownLabels: sample.unknownLabels,
    labelled: sample.labels !== null,
    split: sample.split,
    imageSha256,
  };
}

async function countLines(source: ImportSource, table: string): Promise<number> {
  let lines = 1;
  for await (const chunk of source.stream(table)) {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
  }
  return lines;
}
