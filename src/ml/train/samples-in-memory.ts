import { UNKNOWN } from '../data/unknown.js';
import type { FusionKind } from '../nn/fusions/table.js';
import { checkFitData, embedDimensions, type FitData, sharedFeeds } from './fit-data.js';
import type { SampleSource } from './sample-source.js';

/** All features and targets in one piece, in which every window lies. */
export function samplesInMemory(data: FitData, fusion: FusionKind): SampleSource {
  const { targets, numLabels, labelEmbeds, train, validation, test } = data;
  return {
    samples: checkFitData(data, fusion),
    numLabels,
    labelEmbeds,
    train,
    validation,
    test,
    embeds: embedDimensions(data, fusion),
    hasUnknowns: targets.includes(UNKNOWN),
    shared: sharedFeeds(data, fusion),
    windowRows: Number.POSITIVE_INFINITY,
    async *windows(lists) {
      for (const rows of lists) yield { feeds: {}, rows };
    },
    targetsOf(rows) {
      const picked = new Uint8Array(rows.length * numLabels);
      rows.forEach((row, i) => {
        picked.set(targets.subarray(row * numLabels, (row + 1) * numLabels), i * numLabels);
      });
      return picked;
    },
    async close() {},
  };
}
