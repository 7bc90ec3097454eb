import { type FusionConfig, requirementOf } from '../ml/nn/fusions/table.js';

/** Which modalities a model takes, and whether either of them is enough. */
export interface ModalityNeeds {
  image: boolean;
  text: boolean;
  either: boolean;
}

/** What a sample must have for a model of this fusion. */
export function modalityNeeds(fusion: FusionConfig): ModalityNeeds {
  const { modalities, all } = requirementOf(fusion);
  return { image: modalities.includes('image'), text: modalities.includes('text'), either: !all };
}

export function suffices(needs: ModalityNeeds, has: { image: boolean; text: boolean }): boolean {
  if (needs.either) return has.image || has.text;
  return (!needs.image || has.image) && (!needs.text || has.text);
}

/** 'a photo and a caption' */
export function inWords({ image, text, either }: ModalityNeeds): string {
  if (image && text) return either ? 'a photo or a caption' : 'a photo and a caption';
  return image ? 'a photo' : 'a caption';
}
