import { type FusionKind, modalitiesOf } from '../ml/nn/fusions/table.js';

export interface ModalityNeeds {
  image: boolean;
  text: boolean;
}

/** What a sample must have for a model of this fusion. */
export function modalityNeeds(fusion: FusionKind): ModalityNeeds {
  const needs = modalitiesOf(fusion);
  return { image: needs.includes('image'), text: needs.includes('text') };
}
