import type { PixelNormalization, TextPreprocessing } from '../ml/clip/encoder-description.js';
import type { ImageGeometry } from '../ml/image/image-preprocessing.js';

/** What a bundle's script does to a photo and a caption before the towers see them. */
export interface BundledEncoder {
  readonly dimension: number;
  /** null where the model takes none */
  readonly image: {
    readonly geometry: ImageGeometry;
    readonly normalization: PixelNormalization;
    /** names of the embedding; the first that the tower has counts */
    readonly outputs: readonly string[];
  } | null;
  readonly text: {
    readonly preprocessing: TextPreprocessing;
    /** the lengths to the next of which texts are padded, and with what; null where padding changes nothing */
    readonly padding: { readonly lengths: readonly number[]; readonly id: number } | null;
    readonly outputs: readonly string[];
  } | null;
  /** one of the two is enough */
  readonly either: boolean;
}

/**
 * `predict.py` of a bundle, for its encoder alone: with the files beside it, it does what this program does for one sample. Short,
 * because whoever takes a model elsewhere has to read it.
 */
export function bundleScript(encoder: BundledEncoder): string {
  const { image, text } = encoder;
  return [
    ...imports(encoder),
    '',
    ...SESSIONS,
    ...(image ? ['', ...embedImage(image)] : []),
    ...(text ? ['', ...embedText(text)] : []),
    '',
    ...predict(encoder),
    '',
  ].join('\n');
}

/** The command line, and the packages that it needs. */
export function bundleUsage({ image, text, either }: BundledEncoder): {
  command: string;
  packages: string;
} {
  const flag = (words: string) => (either ? ` [${words}]` : ` ${words}`);
  const flags = [image && flag('--image photo.jpg'), text && flag('--text "a caption"')];
  const packages = ['onnxruntime', 'numpy', image && 'pillow', text && 'tokenizers'];
  return {
    command: `python predict.py${flags.filter(Boolean).join('')} [--thresholds NAME]`,
    packages: packages.filter(Boolean).join(' '),
  };
}

function imports(encoder: BundledEncoder): string[] {
  const { command, packages } = bundleUsage(encoder);
  return [
    `# ${command}      needs: ${packages}`,
    'import json, pathlib, sys',
    'import numpy as np, onnxruntime as ort',
    ...(encoder.image ? ['from PIL import Image, ImageOps'] : []),
    ...(encoder.text
      ? [
          `from tokenizers import Tokenizer${encoder.text.preprocessing.lowercases ? ', normalizers' : ''}`,
        ]
      : []),
  ];
}

const SESSIONS = [
  'here = pathlib.Path(__file__).parent',
  'labels, points = [json.loads((here / name).read_text("utf-8")) for name in ("labels.json", "thresholds.json")]',
  '',
  'def run(file, outputs, feeds):',
  '    model = ort.InferenceSession(str(here / file), providers=["CPUExecutionProvider"])',
  '    output = next(name for name in outputs if name in [o.name for o in model.get_outputs()])',
  '    return model.run([output], {i.name: feeds[i.name] for i in model.get_inputs()})[0]',
];

function embedImage({ geometry, normalization, outputs }: NonNullable<BundledEncoder['image']>) {
  const { resize, crop, cropRounding, filter } = geometry;
  const size =
    resize.kind === 'exact'
      ? `(${resize.width}, ${resize.height})`
      : `[${resize.edge} * side // min(image.size) for side in image.size]`;
  // Python rounds halves to even.
  const spare = cropRounding === 'floor' ? '(side - kept) // 2' : 'round((side - kept) / 2)';
  const isWhole =
    resize.kind === 'exact' && resize.width === crop.width && resize.height === crop.height;
  const { rescaleFactor, mean, std } = normalization;
  return [
    'def embed_image(path):',
    '    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")',
    `    image = image.resize(${size}, Image.Resampling.${filter.toUpperCase()})`,
    ...(isWhole
      ? []
      : [
          `    left, top = [${spare} for side, kept in zip(image.size, (${crop.width}, ${crop.height}))]`,
          `    image = image.crop((left, top, left + ${crop.width}, top + ${crop.height}))`,
        ]),
    `    pixels = (np.float32(np.asarray(image) * ${rescaleFactor}) - np.float32(${list(mean)})) / np.float32(${list(std)})`,
    `    vector = run("vision_model.onnx", ${JSON.stringify(outputs)}, {"pixel_values": pixels.transpose(2, 0, 1)[None]})`,
    '    return vector / np.linalg.norm(vector)',
  ];
}

function embedText({ preprocessing, padding, outputs }: NonNullable<BundledEncoder['text']>) {
  const { contextLength, lowercases } = preprocessing;
  const lowerCase =
    'normalizers.Sequence([normalizers.Lowercase(), *filter(None, [tokenizer.normalizer])])';
  return [
    'def embed_text(text):',
    '    tokenizer = Tokenizer.from_file(str(here / "tokenizer.json"))',
    ...(lowercases ? [`    tokenizer.normalizer = ${lowerCase}`] : []),
    '    tokenizer.no_padding()',
    `    tokenizer.enable_truncation(${contextLength})`,
    '    found = tokenizer.encode(text)',
    ...(padding
      ? [
          `    found.pad(next(length for length in ${list(padding.lengths)} if length >= len(found)), pad_id=${padding.id})`,
        ]
      : []),
    '    ids, mask = np.array([[found.ids], [found.attention_mask]], np.int64)',
    `    vector = run("text_model.onnx", ${JSON.stringify(outputs)}, {"input_ids": ids, "attention_mask": mask})`,
    '    return vector / np.linalg.norm(vector)',
  ];
}

function predict({ image, text, either, dimension }: BundledEncoder): string[] {
  const missing = `np.zeros((1, ${dimension}), np.float32)`;
  const embed = (name: string) =>
    `"${name}_embeds": embed_${name}(${name})${either ? ` if ${name} else ${missing}` : ''}`;
  const taken = [...(image ? ['image'] : []), ...(text ? ['text'] : [])];
  const parameters = taken.map((name) => (either ? `${name}=None` : name));
  return [
    `def predict(${[...parameters, 'thresholds=None'].join(', ')}):`,
    '    """Scores by label, and the keys of the predicted labels, best first. thresholds: the name of a threshold set."""',
    `    embeds = {${taken.map(embed).join(', ')}}`,
    '    point = points["sets"][thresholds] if thresholds else points["model"]',
    // Calibrations are fitted on logits of float32 probabilities, which end there.
    '    logits = np.clip(run("head.onnx", ["logits"], embeds)[0].astype(np.float64), -17.33, 17.33)',
    '    scores = (1 / (1 + np.exp(-(logits * point["slopes"] + point["intercepts"])))).astype(np.float32).tolist()',
    '    best = sorted(range(len(scores)), key=lambda i: -scores[i])[:point["topK"]]',
    '    return {l["key"]: s for l, s in zip(labels, scores)}, [labels[i]["key"] for i in best if scores[i] >= point["thresholds"][i]]',
    '',
    'if __name__ == "__main__":',
    '    scores, predicted = predict(**{flag[2:]: value for flag, value in zip(sys.argv[1::2], sys.argv[2::2])})',
    '    print(json.dumps({"predicted": predicted, "scores": scores}, ensure_ascii=False))',
  ];
}

function list(numbers: readonly number[]): string {
  return `[${numbers.join(', ')}]`;
}
