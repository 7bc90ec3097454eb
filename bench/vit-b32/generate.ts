/*
 * Writes a whole CLIP ViT-B/32 of seeded random weights, in Hugging Face's layout as transformers.js and this program read it,
 * about 600 MB. Its embeddings mean nothing; its cost is that of the trained one.
 *
 *   npx tsx bench/vit-b32/generate.ts FOLDER
 */
import { cp, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { textTower, VIT_B32, visionTower } from './towers.js';

/** CLIP's tokenizer, which is none of ours to hand on: docs/layout.md. */
const TOKENIZER = path.resolve(import.meta.dirname, '../../../shared/clip-reference/tokenizer');
const SEED = 20_261_126;
/** In the folder's name, so that a changed generator makes another. */
const VERSION = 1;

/** @returns the folder, which is made where this machine has none yet; it stays there for the next bench */
export async function vitB32(): Promise<string> {
  const folder = path.join(tmpdir(), `clipwright-vit-b32-${VERSION}`);
  if (await stat(folder).catch(() => null)) return folder;
  const partial = `${folder}.${process.pid}`;
  await generate(partial);
  await rename(partial, folder).catch(async () => {
    // Another bench was as quick.
    await rm(partial, { recursive: true });
  });
  return folder;
}

async function generate(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'onnx'), { recursive: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) {
    await cp(path.join(TOKENIZER, file), path.join(folder, file));
  }
  await writeJson(folder, 'config.json', config());
  await writeJson(folder, 'preprocessor_config.json', preprocessor());
  await writeFile(path.join(folder, 'onnx/vision_model.onnx'), visionTower(SEED));
  await writeFile(path.join(folder, 'onnx/text_model.onnx'), textTower(SEED + 1));
}

function writeJson(folder: string, file: string, value: unknown): Promise<void> {
  return writeFile(path.join(folder, file), `${JSON.stringify(value, null, 2)}\n`);
}

function config() {
  const { dimension, layers, image, text } = VIT_B32;
  const common = { hidden_act: 'quick_gelu', num_hidden_layers: layers, projection_dim: dimension };
  return {
    architectures: ['CLIPModel'],
    model_type: 'clip',
    projection_dim: dimension,
    text_config: {
      ...common,
      model_type: 'clip_text_model',
      hidden_size: text.width,
      intermediate_size: 4 * text.width,
      num_attention_heads: text.width / 64,
      max_position_embeddings: text.context,
      vocab_size: text.vocabulary,
      bos_token_id: 49_406,
      eos_token_id: 49_407,
    },
    vision_config: {
      ...common,
      model_type: 'clip_vision_model',
      hidden_size: image.width,
      intermediate_size: 4 * image.width,
      num_attention_heads: image.width / 64,
      image_size: image.size,
      patch_size: image.patch,
    },
  };
}

function preprocessor() {
  const { size } = VIT_B32.image;
  return {
    image_processor_type: 'CLIPImageProcessor',
    do_convert_rgb: true,
    do_resize: true,
    size: { shortest_edge: size },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: size, width: size },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [0.48145466, 0.4578275, 0.40821073],
    image_std: [0.26862954, 0.26130258, 0.27577711],
  };
}

if (process.argv[1] === import.meta.filename) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('expected a folder to write to');
  await generate(folder);
}
