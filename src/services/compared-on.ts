import type { FusionConfig } from '../ml/nn/fusions/table.js';
import { inWords, modalityNeeds } from './modality-needs.js';

/**
 * Whether cells are compared on the VALIDATION samples that have a photo and a caption. Where fusions need different
 * modalities, each cell was measured on samples that others could not use: these are the ones that all of them could.
 */
export function comparedOnPaired(fusions: Iterable<FusionConfig>): boolean {
  return new Set(Array.from(fusions, (fusion) => inWords(modalityNeeds(fusion)))).size > 1;
}
