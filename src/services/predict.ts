import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { type OperatingPoint, predictedAt, scoresAt } from '../ml/metrics/operating-point.js';
import type { HeadInput } from '../ml/train/export-head.js';
import type { Sha256 } from '../storage/blob-store.js';
import { MAX_CAPTION } from '../tables/caption-cell.js';
import {
  type EmbedInputsDeps,
  imageFeatures,
  isText,
  type PredictInput,
  textFeatures,
} from './embed-inputs.js';
import type { ModalityNeeds } from './modality-needs.js';
import { headInputOf, type ModelManifest, needsOf } from './model-manifest.js';
import { resolveOperatingPoint } from './resolve-operating-point.js';

export interface LabelScore {
  labelIndex: number;
  /** probability, 0 to 1 */
  score: number;
  threshold: number;
}

export interface Prediction {
  key: string | null;
  /** at or above their threshold, best first */
  labels: LabelScore[];
  /** all, in label order */
  scores: LabelScore[];
}

/** Runs a head's ONNX file on features per modality, [n, D] or of rows of tokens; answers logits [n, L]. */
export interface HeadRunner {
  run(
    path: string,
    features: { image?: Float32Array; text?: Float32Array },
    count: number,
    kind: HeadInput,
  ): Promise<Float32Array>;
}

export interface PredictDeps extends EmbedInputsDeps {
  heads: HeadRunner;
}

/**
 * Scores inputs by one model: a registered version or a succeeded run.
 * @param thresholdSet of the version that `ref` names; null: the model's own thresholds
 * @throws NOT_FOUND for an unknown model, threshold set or sample, BAD_USER_INPUT naming the input that lacks what the model needs
 */
export async function predict(
  deps: PredictDeps,
  ref: string,
  inputs: readonly PredictInput[],
  thresholdSet: string | null = null,
): Promise<{ manifest: ModelManifest; predictions: Prediction[] }> {
  const resolved = await resolveOperatingPoint(deps.db, ref, thresholdSet);
  if (!resolved) {
    throw new ClipwrightError(
      'NOT_FOUND',
      `There is no model ${JSON.stringify(ref.slice(0, 160))}. A reference is "name/3", "name@alias", "name@latest" or "run:<id>".`,
    );
  }
  const { manifest, point } = resolved;
  if (inputs.length === 0) return { manifest, predictions: [] };
  const needs = needsOf(manifest);
  inputs.forEach((input, place) => {
    checkInput(input, place, ref, needs);
  });

  const [image, text] = await Promise.all([
    needs.image ? imageFeatures(deps, manifest.encoder, inputs, nameOf) : undefined,
    needs.text ? textFeatures(deps, manifest.encoder, inputs) : undefined,
  ]);
  const logits = await deps.heads.run(
    deps.blobs.path(manifest.headSha256 as Sha256),
    { ...(image && { image }), ...(text && { text }) },
    inputs.length,
    headInputOf(manifest),
  );
  const numLabels = manifest.labels.length;
  const predictions = inputs.map((input, row) =>
    toPrediction(input, logits.subarray(row * numLabels, (row + 1) * numLabels), point),
  );
  return { manifest, predictions };
}

const nameOf = (place: number, field: string) => `inputs[${place}].${field}`;

function checkInput(input: PredictInput, place: number, ref: string, needs: ModalityNeeds): void {
  const name = `inputs[${place}]`;
  const hasText = isText(input.text);
  if (!hasText && !input.image)
    throw badUserInput(`expected \`text\` or \`image\` in \`${name}\` but received neither`);
  if (needs.text && !needs.either && !hasText) {
    throw badUserInput(
      `Model ${ref} was trained on captions${needs.image ? ' and photos' : ''}: add \`text\` to \`${name}\`.`,
    );
  }
  if (needs.image && !needs.either && !input.image) {
    throw badUserInput(
      `Model ${ref} was trained on photos${needs.text ? ' and captions' : ''}: add \`image\` to \`${name}\`.`,
    );
  }
  if (hasText && input.text!.length > MAX_CAPTION) {
    throw badUserInput(
      `expected at most ${MAX_CAPTION} characters for \`${name}.text\` but received ${input.text!.length}`,
    );
  }
}

/** @param logits [L] */
function toPrediction(
  input: PredictInput,
  logits: Float32Array,
  point: OperatingPoint,
): Prediction {
  // Rounded to float32 as the scores were on which the point was fitted.
  const given = scoresAt(
    point,
    logits.map((logit) => 1 / (1 + Math.exp(-logit))),
  );
  const predicted = predictedAt(point, given);
  // Cut by rank, the last of the labels that are in is the threshold.
  const lowest = point.topK === null ? null : given[predicted.at(-1)!]!;
  const scores = Array.from(given, (score, labelIndex) => ({
    labelIndex,
    score,
    threshold: lowest ?? point.thresholds[labelIndex]!,
  }));
  return { key: input.key, labels: predicted.map((label) => scores[label]!), scores };
}
