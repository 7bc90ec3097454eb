import { badUserInput } from '../errors/bad-user-input.js';
import { l2NormalizeRows } from '../ml/clip/l2-normalize.js';
import { sigmoid } from '../ml/metrics/sigmoid.js';
import { fillPrompt, PROMPTS } from '../ml/nn/heads/label-texts.js';
import { readOption } from '../ml/nn/options.js';
import { MAX_CAPTION } from '../tables/caption-cell.js';
import { chooseEncoder, type PrecisionChoice } from './choose-encoder.js';
import {
  type EmbedInputsDeps,
  imageFeatures,
  isText,
  type PredictInput,
  textFeatures,
} from './embed-inputs.js';
import type { EncoderSource } from './encoder-source.js';
import { KeptResults } from './kept-results.js';

/**
 * Those seven of CLIP's 80 ImageNet templates that its authors chose in sequence, and found to do better than all of them
 * (https://github.com/openai/CLIP/blob/main/notebooks/Prompt_Engineering_for_ImageNet.ipynb).
 */
const DEFAULT_PROMPTS: readonly string[] = [
  'itap of a {}.',
  'a bad photo of the {}.',
  'a origami {}.',
  'a photo of the large {}.',
  'a {} in a video game.',
  'art of the {}.',
  'a photo of the small {}.',
];
/** By what cosines are multiplied: CLIP's training holds its own at 100, which it reaches (2103.00020, section 2.5). */
const SCALE = 100;
/** What a label is compared with where it stands alone. */
const ANYTHING = 'something';
const MAX_LABELS = 500;
/** Each is a run of the text tower, in the first request that has it. */
const MAX_PROMPTS = 1000;
const MAX_NAME = 200;
const KEPT = 20;

export interface ZeroShotInput {
  encoderId: string;
  precision: PrecisionChoice;
  labels: readonly { name: string; prompts?: readonly string[] | null | undefined }[];
  inputs: readonly PredictInput[];
}

export interface ZeroShotScores {
  key: string | null;
  /** in label order */
  scores: { name: string; similarity: number; share: number; relevance: number }[];
}

export interface ZeroShotDeps extends EmbedInputsDeps {
  encoders: EncoderSource;
}

interface LabelTexts {
  /** [L, D] */
  labels: Float32Array;
  /** [L, D]: the same prompts of ANYTHING */
  anything: Float32Array;
}

/** Scores contents by labels that nothing was trained for: how near they are to the labels' texts. */
export class ZeroShot {
  readonly #kept = new KeptResults<LabelTexts>(KEPT);

  constructor(private readonly deps: ZeroShotDeps) {}

  /** @throws NOT_FOUND for an unknown encoder or sample, BAD_USER_INPUT naming the argument */
  async score({ encoderId, precision, labels, inputs }: ZeroShotInput): Promise<ZeroShotScores[]> {
    const prompted = readLabels(labels);
    inputs.forEach(checkInput);
    const { id, description } = await chooseEncoder(this.deps.encoders, encoderId, precision);
    const { revision, preprocessingHash: preprocessing, dimension } = description;
    const encoder = { id, revision, preprocessing, precision: description.precision, dimension };
    const [texts, contents] = await Promise.all([
      this.#kept.get(JSON.stringify([encoder, prompted]), () => this.#texts(encoder, prompted)),
      this.#contents(encoder, inputs),
    ]);
    return inputs.map(({ key }, row) => {
      const content = contents.subarray(row * dimension, (row + 1) * dimension);
      const similarities = prompted.map((_, label) => dot(content, texts.labels, label));
      const shares = softmax(similarities.map((similarity) => SCALE * similarity));
      return {
        key,
        scores: prompted.map(({ name }, label) => ({
          name,
          similarity: similarities[label]!,
          share: shares[label]!,
          relevance: sigmoid(SCALE * (similarities[label]! - dot(content, texts.anything, label))),
        })),
      };
    });
  }

  async #texts(encoder: SpaceOfInputs, labels: readonly Prompted[]): Promise<LabelTexts> {
    const texts = labels.flatMap(({ name, prompts }) =>
      prompts.flatMap((prompt) => [fillPrompt(prompt, name), fillPrompt(prompt, ANYTHING)]),
    );
    const distinct = [...new Set(texts)];
    const vectors = await textFeatures(
      this.deps,
      encoder,
      distinct.map((text) => ({ key: null, text, image: null })),
    );
    const place = new Map(distinct.map((text, at) => [text, at]));
    const { dimension } = encoder;
    const meanOf = (nameOf: (label: Prompted) => string) => {
      const sums = new Float32Array(labels.length * dimension);
      labels.forEach((label, at) => {
        for (const prompt of label.prompts) {
          const from = place.get(fillPrompt(prompt, nameOf(label)))! * dimension;
          for (let d = 0; d < dimension; d++) sums[at * dimension + d]! += vectors[from + d]!;
        }
      });
      l2NormalizeRows(sums, dimension);
      return sums;
    };
    return { labels: meanOf(({ name }) => name), anything: meanOf(() => ANYTHING) };
  }

  /** `[inputs.length, D]`: of an input with both, the sum brought to length 1. */
  async #contents(encoder: SpaceOfInputs, inputs: readonly PredictInput[]): Promise<Float32Array> {
    const [image, text] = await Promise.all([
      imageFeatures(this.deps, encoder, inputs, (place, field) => `inputs[${place}].${field}`),
      textFeatures(this.deps, encoder, inputs),
    ]);
    const sums = image.map((value, at) => value + text[at]!);
    l2NormalizeRows(sums, encoder.dimension);
    return sums;
  }
}

type SpaceOfInputs = Parameters<EmbedInputsDeps['embedder']>[0];

interface Prompted {
  name: string;
  prompts: readonly string[];
}

function readLabels(labels: ZeroShotInput['labels']): Prompted[] {
  if (labels.length === 0 || labels.length > MAX_LABELS) {
    throw badUserInput(
      `expected 1 to ${MAX_LABELS} entries for \`labels\` but received ${labels.length}`,
    );
  }
  const prompted = labels.map(({ name, prompts }, at) => {
    if (!isText(name) || name.length > MAX_NAME) {
      throw badUserInput(
        `expected 1 to ${MAX_NAME} characters for \`labels[${at}].name\` but received ${name.trim().length}`,
      );
    }
    const given = prompts ?? DEFAULT_PROMPTS;
    return { name, prompts: readOption(PROMPTS, given, `labels[${at}].prompts`) };
  });
  const count = prompted.reduce((sum, { prompts }) => sum + prompts.length, 0);
  if (count > MAX_PROMPTS) {
    throw badUserInput(
      `expected at most ${MAX_PROMPTS} prompts of all labels together but received ${count}: give fewer labels or \`prompts\``,
    );
  }
  return prompted;
}

function checkInput({ text, image }: PredictInput, place: number): void {
  if (!isText(text) && !image) {
    throw badUserInput(
      `expected \`text\` or \`image\` in \`inputs[${place}]\` but received neither`,
    );
  }
  if (isText(text) && text.length > MAX_CAPTION) {
    throw badUserInput(
      `expected at most ${MAX_CAPTION} characters for \`inputs[${place}].text\` but received ${text.length}`,
    );
  }
}

/** Of `vector` [D] and a row of `rows` [n, D]. */
function dot(vector: Float32Array, rows: Float32Array, row: number): number {
  let sum = 0;
  for (let d = 0, at = row * vector.length; d < vector.length; d++, at++) {
    sum += vector[d]! * rows[at]!;
  }
  return sum;
}

function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
