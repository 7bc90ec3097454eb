import type { Modality } from '../db/enums.js';
import type { Modality as ModalityName } from '../ml/nn/modality.js';

/** By the name that database and API have for a modality, the one of src/ml. */
export const MODALITY_NAMES = { IMAGE: 'image', TEXT: 'text' } as const satisfies Record<
  Modality,
  ModalityName
>;
