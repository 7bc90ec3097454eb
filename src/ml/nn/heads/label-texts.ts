import { badInput, type Option } from '../options.js';

/** Where a label's name goes in a prompt. */
const PLACE = '{}';

const isPrompt = (text: unknown): boolean =>
  typeof text === 'string' && text.length <= 200 && text.split(PLACE).length === 2;

/**
 * How labels become texts. Several prompts make one embedding, the mean of theirs (Radford et al. 2021, 2103.00020, section
 * 3.1.4, which has 80 for ImageNet).
 */
export const PROMPTS: Option<readonly string[]> = {
  expected: `1 to 80 texts of at most 200 characters, each with one ${PLACE} for the label's name,`,
  default: ['a photo of a {}.'],
  accepts: (value) =>
    Array.isArray(value) && value.length >= 1 && value.length <= 80 && value.every(isPrompt),
};

/**
 * About the cosine with a label's text that divides samples with the label from those without: far above 0, since an encoder's
 * embeddings all lie in a cone. Trained heads that start from texts start their biases by it: with all labels likely at first,
 * the weights would leave the texts before the biases, slower ones, were there (TEXT_BLENDED on 2,010 photos, 30 epochs: mAP
 * 0.40 instead of 0.28 of images alone, 0.72 instead of 0.54 of captions).
 */
export const TEXT_COSINE = 0.4;

export const fillPrompt = (prompt: string, name: string): string => prompt.split(PLACE).join(name);

/** Throws BAD_USER_INPUT for prompts of one's own where `option`, which has another `value`, would have to be LABEL_TEXTS. */
export function refusePrompts(prompts: readonly string[], option: string, value: string): void {
  if (JSON.stringify(prompts) === JSON.stringify(PROMPTS.default)) return;
  throw badInput('LABEL_TEXTS, which prompts are for,', option, value);
}
