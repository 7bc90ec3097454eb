import { z } from 'zod';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { EncoderFamily } from './encoder-family.js';

const positive = z.number().int().positive();
const width = positive.max(16_384);
const context = positive.min(3).max(4_096);
const channels = positive.default(3);

// transformers writes of the two towers what differs from its defaults alone: next to nothing for clip-vit-base-patch32 and
// siglip-base-patch16-224.

const clip = z.object({
  projection_dim: width,
  text_config: z
    .object({ max_position_embeddings: context.default(77), hidden_size: width.default(512) })
    .prefault({}),
  vision_config: z
    .object({
      hidden_size: width.default(768),
      image_size: positive.default(224),
      patch_size: positive.default(32),
      num_channels: channels,
    })
    .prefault({}),
});

const siglip = z.object({
  text_config: z
    .object({
      hidden_size: width.default(768),
      projection_size: width.nullish(),
      max_position_embeddings: context.default(64),
    })
    .prefault({}),
  vision_config: z
    .object({
      hidden_size: width.default(768),
      image_size: positive.default(224),
      patch_size: positive.default(16),
      num_channels: channels,
    })
    .prefault({}),
});

export interface ModelConfig {
  readonly family: EncoderFamily;
  readonly dimension: number;
  readonly contextLength: number;
  readonly imageSize: number;
  /** Patches of an image from side to side. */
  readonly patches: number;
  /** Coordinates of a token within each tower. */
  readonly hiddenSizes: { readonly image: number; readonly text: number };
}

export function readModelConfig(json: unknown): ModelConfig {
  const { model_type: type } = parse(z.object({ model_type: z.unknown() }), json);
  if (type === 'siglip2') {
    throw new ClipwrightError(
      'ENCODER_UNSUPPORTED',
      "config.json's model_type is siglip2, whose images have many sizes (NaFlex), which is not supported: " +
        'take a SigLIP 2 of one size, such as siglip2-base-patch16-224, whose model_type is siglip',
    );
  }
  return type === 'siglip' ? readSiglip(json) : readClip(json);
}

function readClip(json: unknown): ModelConfig {
  const { projection_dim, text_config, vision_config } = parse(clip, json);
  checkChannels(vision_config.num_channels);
  return {
    family: 'CLIP',
    dimension: projection_dim,
    contextLength: text_config.max_position_embeddings,
    imageSize: vision_config.image_size,
    patches: Math.floor(vision_config.image_size / vision_config.patch_size),
    hiddenSizes: { image: vision_config.hidden_size, text: text_config.hidden_size },
  };
}

function readSiglip(json: unknown): ModelConfig {
  const { text_config: text, vision_config: vision } = parse(siglip, json);
  checkChannels(vision.num_channels);
  const ofText = text.projection_size ?? text.hidden_size;
  if (ofText !== vision.hidden_size) {
    throw new ClipwrightError(
      'ENCODER_FILE_INVALID',
      `config.json: expected one dimension for images and texts but received ${vision.hidden_size} and ${ofText}`,
    );
  }
  return {
    family: 'SIGLIP',
    dimension: vision.hidden_size,
    contextLength: text.max_position_embeddings,
    imageSize: vision.image_size,
    patches: Math.floor(vision.image_size / vision.patch_size),
    hiddenSizes: { image: vision.hidden_size, text: text.hidden_size },
  };
}

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ClipwrightError(
    'ENCODER_FILE_INVALID',
    `config.json: ${z.prettifyError(parsed.error)}`,
  );
}

function checkChannels(channels: number): void {
  if (channels === 3) return;
  throw new ClipwrightError(
    'ENCODER_UNSUPPORTED',
    `expected 3 for config.json's num_channels but received ${channels}`,
  );
}
