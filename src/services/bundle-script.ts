import type { ImageGeometry } from '../ml/image/image-preprocessing.js';
import type { HeadInput } from '../ml/train/export-head.js';
import type { ModalityNeeds } from './modality-needs.js';

/**
 * `predict.py` of a bundle, for its encoder alone: with the files beside it, it does what this program does for one sample. Ten lines,
 * because whoever takes a model elsewhere has to read it; what is always the same is in the graphs and in tokenizer.json.
 */
export function bundleScript(
  needs: ModalityNeeds,
  geometry: ImageGeometry,
  input: HeadInput,
): string {
  const { command, packages } = bundleUsage(needs);
  const tokens = `Tokenizer.from_file(str(${file('"tokenizer.json"')})).encode(text).ids`;
  const read = [needs.image && '"image": pixels', needs.text && `"text": lambda text: ${tokens}`];
  const missing = needs.either ? ' if key in towers else [[]]' : '';
  return `# ${command}      needs: ${packages}
${imports(needs).join('\n')}

args = {flag[2:]: value for flag, value in zip(sys.argv[1::2], sys.argv[2::2])}
labels, points = [json.loads(${file('name')}.read_text("utf-8")) for name in ("labels.json", "thresholds.json")]
${needs.image ? `\n${pixels(geometry).join('\n')}\n` : ''}
# What is given is read, and its tower makes ${input === 'tokens' ? 'tokens' : 'a vector'} of it; of these the head makes scores, and cuts them as a threshold set says.
read = {${read.filter(Boolean).join(', ')}}
towers = {key: InferenceSession(${file('f"{key}.onnx"')}) for key in args.keys() - {"thresholds"}}
features = {f"{key}_${input}": towers[key].run(None, {key: [read[key](args[key])]})[0]${missing} for key in read}
predicted, scores = InferenceSession(${file('"head.onnx"')}).run(None, {**features, **points[args.get("thresholds", "")]})
print(json.dumps({"predicted": [labels[i]["key"] for i in predicted], "scores": {l["key"]: s for l, s in zip(labels, scores.tolist())}}))
`;
}

const file = (name: string) => `Path(__file__).with_name(${name})`;

function imports({ image, text }: ModalityNeeds): string[] {
  return [
    'import json, sys',
    'from pathlib import Path',
    ...(image ? ['import numpy as np', 'from PIL import Image, ImageOps'] : []),
    'from onnxruntime import InferenceSession',
    ...(text ? ['from tokenizers import Tokenizer'] : []),
  ];
}

/** The command line, and the packages that it needs. */
export function bundleUsage({ image, text, either }: ModalityNeeds): {
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

function pixels({ resize, filter }: ImageGeometry): string[] {
  const size =
    resize.kind === 'exact'
      ? `(${resize.width}, ${resize.height})`
      : `[${resize.edge} * side // min(photo.size) for side in photo.size]`;
  return [
    'def pixels(path):',
    '    photo = ImageOps.exif_transpose(Image.open(path)).convert("RGB")',
    `    return np.asarray(photo.resize(${size}, Image.Resampling.${filter.toUpperCase()}))`,
  ];
}
