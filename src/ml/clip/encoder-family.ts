import type { TextPreprocessing } from './encoder-description.js';

/** CLIP: texts are read from the left, up to their end. SIGLIP: as a whole, padding included. */
export type EncoderFamily = 'CLIP' | 'SIGLIP';

/** What preprocessor_config.json means where it says nothing: transformers' CLIPImageProcessor, SiglipImageProcessor. */
interface ImageDefaults {
  readonly crops: boolean;
  readonly mean: [number, number, number];
  readonly std: [number, number, number];
}

interface FamilyTraits {
  /** Whether its vision tower has a token of its own before those of the patches. */
  readonly classToken: boolean;
  /** Names that the embedding has among a tower's outputs; the first that is there counts. */
  readonly outputs: { readonly vision: readonly string[]; readonly text: readonly string[] };
  readonly text: Omit<TextPreprocessing, 'contextLength'>;
  readonly image: ImageDefaults;
}

/**
 * What towers of a family expect and give. SigLIP was trained on texts in lower case, padded to the whole context without a mask
 * (big_vision, pp/ops_text.py). transformers exports its towers with `pooler_output`, which for SigLIP is the embedding; CLIP's
 * own `pooler_output` lacks the projection into the common space.
 */
export const ENCODER_FAMILIES: Readonly<Record<EncoderFamily, FamilyTraits>> = {
  CLIP: {
    classToken: true,
    outputs: { vision: ['image_embeds'], text: ['text_embeds'] },
    text: {},
    image: {
      crops: true,
      mean: [0.48145466, 0.4578275, 0.40821073],
      std: [0.26862954, 0.26130258, 0.27577711],
    },
  },
  SIGLIP: {
    classToken: false,
    outputs: { vision: ['pooler_output', 'image_embeds'], text: ['pooler_output', 'text_embeds'] },
    text: { padsToContext: true, lowercases: true },
    image: { crops: false, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  },
};
