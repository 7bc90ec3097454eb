import { stat } from 'node:fs/promises';
import { allRows } from '../data/rows.js';
import { denseTargets } from '../data/sparse-targets.js';
import { type FusionKind, modalitiesOf } from '../nn/fusions/table.js';
import { RowReader } from '../processes/row-reader.js';
import { fileRowBytes, floatsOf, requireWholeFile, sectionStart } from './embedding-file.js';
import { type FileData, fileDimensions } from './file-data.js';
import { checkSplits } from './fit-data.js';
import { rowBytes } from './resident-samples.js';
import { scaleEmbeds } from './sample-features.js';
import { sampleFeeds } from './sample-feeds.js';
import type { SampleSource, SampleWindow } from './sample-source.js';

/** Samples whose features stay in the file. */
export interface StreamedData extends FileData {
  /** How much of the features and targets is in memory at once, twice: one window is read while another is used. */
  readonly windowBytes: number;
}

/**
 * Windows hold just the rows that were asked for, in their order, so that any order can be streamed: each row is read by
 * itself, on a thread that is one window ahead, and its targets are made dense here.
 * @throws ARTIFACT_DAMAGED where the file has another size than `data` says
 */
export async function openStreamedSamples(
  data: StreamedData,
  fusion: FusionKind,
): Promise<SampleSource> {
  const { file, labelSets, numLabels, labelEmbeds, train, validation, test } = data;
  const { samples } = file;
  checkSplits(data, samples);
  requireWholeFile((await stat(file.path)).size, file);
  const embeds = fileDimensions(file, fusion);
  const reader = new RowReader({
    path: file.path,
    sections: modalitiesOf(fusion).map((modality) => ({
      start: sectionStart(file, modality),
      rowBytes: fileRowBytes(file, modality),
    })),
  });
  return {
    samples,
    numLabels,
    labelEmbeds,
    train,
    validation,
    test,
    embeds,
    tokens: file.tokens,
    hasUnknowns: labelSets.labels.some((entry) => entry < 0),
    shared: {},
    windowRows: Math.max(1, Math.floor(data.windowBytes / rowBytes({ embeds, numLabels }))),
    windows: (lists) => readAhead(reader, data, lists),
    targetsOf: (rows) => denseTargets(labelSets, numLabels, rows),
    close: () => reader.close(),
  };
}

async function* readAhead(
  reader: RowReader,
  data: StreamedData,
  lists: Iterable<Int32Array>,
): AsyncGenerator<SampleWindow> {
  let spare: Uint8Array | undefined;
  const read = (rows: Int32Array) => {
    const bytes = reader.read(rows, spare);
    // Whoever stops early never looks at what was read ahead.
    bytes.catch(() => {});
    spare = undefined;
    return { rows, bytes };
  };
  const rest = lists[Symbol.iterator]();
  const next = () => {
    const { value, done } = rest.next();
    return done ? null : read(value);
  };
  for (let current = next(); current; ) {
    const bytes = await current.bytes;
    const following = next();
    yield windowOf(data, current.rows, bytes);
    spare = bytes;
    current = following;
  }
}

/** @param bytes the embeddings of `rows`, as the file has them, those of a sample side by side */
function windowOf(
  { file, labelSets, numLabels }: StreamedData,
  rows: Int32Array,
  bytes: Uint8Array,
): SampleWindow {
  const features = floatsOf(bytes, file);
  if (!file.tokens) scaleEmbeds(features, file.dimension);
  const feeds = sampleFeeds(features, denseTargets(labelSets, numLabels, rows), numLabels);
  return { feeds, rows: allRows(rows.length) };
}
