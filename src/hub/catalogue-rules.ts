/** Without these a folder is no encoder (src/ml/clip/encoder-description.ts). */
export const REQUIRED_FILES = [
  'config.json',
  'preprocessor_config.json',
  'tokenizer.json',
] as const;

/** One of these besides: both towers, or both in one graph. */
export const TOWER_FILES = [
  ['onnx/vision_model.onnx', 'onnx/text_model.onnx'],
  ['onnx/model.onnx'],
  ['model.onnx'],
] as const;

/** How the files of other precisions are called (src/ml/clip/encoder-variant.ts): both towers end the same. */
export const PRECISION_ENDINGS = { FP16: ['_fp16'], INT8: ['_int8', '_quantized'] } as const;

/** Far more than any encoder or catalogue needs. */
export const CATALOGUE_LIMITS = { encoders: 200, files: 32, bytes: 1024 * 1024 } as const;
