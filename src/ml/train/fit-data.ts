import type { TensorData } from '../graph/dtype.js';
import { type FusionKind, modalitiesOf } from '../nn/fusions/table.js';
import type { ByModality, Modality } from '../nn/modality.js';
import { badInput } from '../nn/options.js';
import type { TokenShapes } from '../nn/token-shape.js';
import { columnsOf, putEmbeds, rowWidth } from './sample-features.js';
import { sampleFeeds } from './sample-feeds.js';

/** One embedding per sample: `[n, dimension]`, row-major. */
export interface Features {
  readonly data: Float32Array;
  readonly dimension: number;
}

/** What a run knows of its samples beside features and targets. */
export interface RunSamples {
  readonly numLabels: number;
  /** `[L, D]`: the labels' texts as the encoder embeds them, of length 1, where the head needs them. */
  readonly labelEmbeds?: Float32Array | undefined;
  /** Rows of each split. Validation and test may be empty, train may not. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** The samples of a run, all labelled, each with what the fusion needs; the embedding of a missing modality is zero. */
export interface FitData extends RunSamples {
  readonly features: ByModality<Features>;
  /** Where the features are rows of tokens. */
  readonly tokens?: TokenShapes | undefined;
  /** `[n, L]`: 0, 1 or `UNKNOWN` */
  readonly targets: Uint8Array;
}

/** Throws where sizes and indices do not fit together; returns the number of samples. */
export function checkFitData(data: FitData, fusion: FusionKind): number {
  const { features, targets, numLabels } = data;
  if (!Number.isInteger(numLabels) || numLabels < 1) {
    throw badInput('an integer of at least 1', 'numLabels', numLabels);
  }
  const samples = targets.length / numLabels;
  if (!Number.isInteger(samples)) {
    throw badInput(`a multiple of ${numLabels} elements`, 'targets', targets.length);
  }
  for (const modality of modalitiesOf(fusion)) {
    const given = features[modality];
    const name = `features.${modality}`;
    if (!given) throw badInput(`embeddings, which ${fusion} needs,`, name, given);
    if (given.data.length !== samples * given.dimension) {
      throw badInput(`${samples} × ${given.dimension} elements`, name, given.data.length);
    }
  }
  checkSplits(data, samples);
  return samples;
}

/** Throws where a split has rows that no sample has, or there is nothing to train on. */
export function checkSplits(
  splits: Pick<RunSamples, 'train' | 'validation' | 'test'>,
  samples: number,
): void {
  for (const split of ['train', 'validation', 'test'] as const) {
    const outside = splits[split].find((row) => row < 0 || row >= samples);
    if (outside !== undefined) throw badInput(`rows of 0 to ${samples - 1}`, split, outside);
  }
  if (splits.train.length === 0) throw badInput('at least one labelled sample', 'train', []);
}

/** Features, copied, and targets as the graphs are fed them, unchanged through a run. */
export function sharedFeeds(data: FitData, fusion: FusionKind): Record<string, TensorData> {
  const { targets, numLabels, features } = data;
  const columns = columnsOf(fusion, embedDimensions(data, fusion), data.tokens !== undefined);
  const width = rowWidth(columns);
  const matrix = new Float32Array((targets.length / numLabels) * width);
  for (const each of columns) {
    putEmbeds(matrix, width, each, 0, features[each.modality]!.data);
  }
  return sampleFeeds(matrix, targets, numLabels);
}

/** Length of an embedding, for each modality that the fusion needs. */
export function embedDimensions(data: FitData, fusion: FusionKind): ByModality<number> {
  const dimensions: Partial<Record<Modality, number>> = {};
  for (const modality of modalitiesOf(fusion)) {
    dimensions[modality] = data.features[modality]!.dimension;
  }
  return dimensions;
}
