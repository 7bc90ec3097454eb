import type { CataloguedEncoder } from '../../../src/hub/catalogue.js';

/** The files of `TINY_CLIP` as a catalogue would name them. */
export function catalogued(repository: string): CataloguedEncoder {
  return {
    repository,
    revision: 'main',
    name: 'tiny',
    family: 'CLIP',
    license: 'MIT',
    dimension: 32,
    imageSize: 224,
    contextLength: 77,
    files: {
      shared: ['config.json', 'preprocessor_config.json', 'tokenizer.json'],
      FP32: ['onnx/vision_model.onnx', 'onnx/text_model.onnx'],
      INT8: ['onnx/vision_model_quantized.onnx', 'onnx/text_model_quantized.onnx'],
    },
  };
}
