import type { LabelSets } from '../data/label-sets.js';
import { type FusionKind, modalitiesOf } from '../nn/fusions/table.js';
import type { ByModality } from '../nn/modality.js';
import { type EmbeddingFile, fileRowLength } from './embedding-file.js';
import type { RunSamples } from './fit-data.js';

/** The samples of a run whose embeddings are in an embedding set's file. */
export interface FileData extends RunSamples {
  readonly file: EmbeddingFile;
  /** Of all of the file's samples. */
  readonly labelSets: LabelSets;
}

/** Length of an embedding, or of a row of tokens, for each modality that the fusion needs. */
export function fileDimensions(file: EmbeddingFile, fusion: FusionKind): ByModality<number> {
  return Object.fromEntries(
    modalitiesOf(fusion).map((modality) => [modality, fileRowLength(file, modality)]),
  );
}
