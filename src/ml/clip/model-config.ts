import { z } from 'zod';
import { ClipwrightError } from '../../errors/clipwright-error.js';

const positive = z.number().int().positive();

const modelConfig = z.object({
  projection_dim: positive.max(16_384),
  text_config: z.object({ max_position_embeddings: positive.min(3).max(4_096) }),
  vision_config: z.object({ image_size: positive, num_channels: positive.default(3) }),
});

export interface ModelConfig {
  readonly dimension: number;
  readonly contextLength: number;
  readonly imageSize: number;
}

export function readModelConfig(json: unknown): ModelConfig {
  const parsed = modelConfig.safeParse(json);
  if (!parsed.success) {
    throw new ClipwrightError(
      'ENCODER_FILE_INVALID',
      `config.json: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { projection_dim, text_config, vision_config } = parsed.data;
  if (vision_config.num_channels !== 3) {
    throw new ClipwrightError(
      'ENCODER_UNSUPPORTED',
      `expected 3 for config.json's num_channels but received ${vision_config.num_channels}`,
    );
  }
  return {
    dimension: projection_dim,
    contextLength: text_config.max_position_embeddings,
    imageSize: vision_config.image_size,
  };
}
