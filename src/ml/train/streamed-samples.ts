import { stat } from 'node:fs/promises';
import type { LabelSets } from '../data/label-sets.js';
import { denseTargets } from '../data/sparse-targets.js';
import type { TensorData } from '../graph/dtype.js';
import { type FusionKind, modalitiesOf } from '../nn/fusions/table.js';
import type { ByModality, Modality } from '../nn/modality.js';
import { RowReader } from '../processes/row-reader.js';
import { type EmbeddingFile, requireWholeFile, sectionStart } from './embedding-file.js';
import { checkSplits, type RunSamples } from './fit-data.js';
import { rowBytes } from './resident-samples.js';
import { FEEDS } from './sample-feeds.js';
import type { SampleSource, SampleWindow } from './sample-source.js';

/** The samples of a run whose features stay in the embedding set's file. */
export interface StreamedData extends RunSamples {
  readonly file: EmbeddingFile;
  /** Of all of the file's samples. */
  readonly labelSets: LabelSets;
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
  const { samples, dimension } = file;
  checkSplits(data, samples);
  requireWholeFile((await stat(file.path)).size, file);
  const modalities = modalitiesOf(fusion);
  const embeds: ByModality<number> = Object.fromEntries(modalities.map((x) => [x, dimension]));
  const reader = new RowReader({
    path: file.path,
    rowBytes: dimension * 4,
    starts: modalities.map((modality) => sectionStart(file, modality)),
  });
  return {
    samples,
    numLabels,
    labelEmbeds,
    train,
    validation,
    test,
    embeds,
    hasUnknowns: labelSets.labels.some((entry) => entry < 0),
    shared: {},
    windowRows: Math.max(1, Math.floor(data.windowBytes / rowBytes({ embeds, numLabels }))),
    windows: (lists) => readAhead({ reader, data, modalities }, lists),
    targetsOf: (rows) => denseTargets(labelSets, numLabels, rows),
    close: () => reader.close(),
  };
}

interface Reading {
  readonly reader: RowReader;
  readonly data: StreamedData;
  readonly modalities: readonly Modality[];
}

async function* readAhead(
  { reader, data, modalities }: Reading,
  lists: Iterable<Int32Array>,
): AsyncGenerator<SampleWindow> {
  let spare: readonly Uint8Array[] = [];
  const read = (rows: Int32Array) => {
    const sections = reader.read(rows, spare);
    // Whoever stops early never looks at what was read ahead.
    sections.catch(() => {});
    spare = [];
    return { rows, sections };
  };
  const rest = lists[Symbol.iterator]();
  const next = () => {
    const { value, done } = rest.next();
    return done ? null : read(value);
  };
  for (let current = next(); current; ) {
    const sections = await current.sections;
    const following = next();
    yield windowOf(data, modalities, current.rows, sections);
    spare = sections;
    current = following;
  }
}

function windowOf(
  { file: { dimension }, labelSets, numLabels }: StreamedData,
  modalities: readonly Modality[],
  rows: Int32Array,
  sections: readonly Uint8Array[],
): SampleWindow {
  const targets = denseTargets(labelSets, numLabels, rows);
  const feeds: Record<string, TensorData> = {
    [FEEDS.targets]: { dtype: 'uint8', shape: [rows.length, numLabels], data: targets },
  };
  modalities.forEach((modality, section) => {
    const { buffer } = sections[section]!;
    const vectors = new Float32Array(buffer, 0, rows.length * dimension);
    feeds[modality] = { dtype: 'float32', shape: [rows.length, dimension], data: vectors };
  });
  return { feeds, rows: Int32Array.from(rows, (_, place) => place) };
}
