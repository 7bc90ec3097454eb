import { allRows } from '../data/rows.js';
import { denseTargets } from '../data/sparse-targets.js';
import { UNKNOWN } from '../data/unknown.js';
import type { FusionKind } from '../nn/fusions/table.js';
import { readFeatures } from './embedding-file.js';
import { type FileData, fileDimensions } from './file-data.js';
import {
  checkFitData,
  checkSplits,
  embedDimensions,
  type FitData,
  type RunSamples,
  sharedFeeds,
} from './fit-data.js';
import { columnsOf } from './sample-features.js';
import { FEEDS, sampleFeeds } from './sample-feeds.js';
import type { SampleSource } from './sample-source.js';

/** Of arrays that are there already. */
export function samplesInMemory(data: FitData, fusion: FusionKind): SampleSource {
  checkFitData(data, fusion);
  const rows = { embeds: embedDimensions(data, fusion), tokens: data.tokens };
  return inMemory(data, rows, sharedFeeds(data, fusion));
}

/**
 * Of a file, read whole.
 * @throws ARTIFACT_DAMAGED where the file has another size than `data` says
 */
export async function readSamples(data: FileData, fusion: FusionKind): Promise<SampleSource> {
  const { file, labelSets, numLabels } = data;
  checkSplits(data, file.samples);
  const embeds = fileDimensions(file, fusion);
  const features = await readFeatures(file, columnsOf(fusion, embeds, file.tokens !== undefined));
  const targets = denseTargets(labelSets, numLabels, allRows(file.samples));
  const rows = { embeds, tokens: file.tokens };
  return inMemory(data, rows, sampleFeeds(features, targets, numLabels));
}

/** All features and targets in one piece, in which every window lies. */
function inMemory(
  { numLabels, labelEmbeds, train, validation, test }: RunSamples,
  rows: Pick<SampleSource, 'embeds' | 'tokens'>,
  shared: ReturnType<typeof sampleFeeds>,
): SampleSource {
  const targets = shared[FEEDS.targets]!.data as Uint8Array;
  return {
    samples: targets.length / numLabels,
    numLabels,
    labelEmbeds,
    train,
    validation,
    test,
    ...rows,
    hasUnknowns: targets.includes(UNKNOWN),
    shared,
    windowRows: Number.POSITIVE_INFINITY,
    async *windows(lists) {
      for (const list of lists) yield { feeds: {}, rows: list };
    },
    targetsOf(wanted) {
      const picked = new Uint8Array(wanted.length * numLabels);
      wanted.forEach((row, i) => {
        picked.set(targets.subarray(row * numLabels, (row + 1) * numLabels), i * numLabels);
      });
      return picked;
    },
    async close() {},
  };
}
