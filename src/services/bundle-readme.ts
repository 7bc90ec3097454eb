import { bundleUsage } from './bundle-script.js';
import type { UsableEncoder } from './encoder-source.js';
import { inWords, type ModalityNeeds } from './modality-needs.js';

/** @param ref of the model version: "birds/3" */
export function bundleReadme(
  ref: string,
  { id, license }: UsableEncoder,
  needs: ModalityNeeds,
): string {
  const { command, packages } = bundleUsage(needs);
  const towers = [needs.image && '`image.onnx`', needs.text && '`text.onnx`'].filter(Boolean);
  return `# ${ref}

A multilabel classifier that takes ${inWords(needs)}: a head on the encoder ${id}.

    pip install ${packages}
    ${command}

\`--thresholds\` takes the name of one of the threshold sets in \`thresholds.json\`, and is left out for the model's own, which have no name there. Scores are those of the
server within 0.0001 where the same photo was decoded whole; of JPEGs many times larger than the encoder's
input the server decodes a reduced one, which moves them a little more. \`manifest.json\` has the SHA-256 of every file, and says what the graphs take;
\`preprocessing.json\` says which file does what to a photo and a caption.

The encoder's files are under the licence of ${id}: ${license ?? 'unknown, ask where it is from'}. They were changed: ${towers.join(' and ')}
${towers.length === 1 ? 'is its tower' : 'are its towers'} with plain inputs (crop, normalisation and mask are in the graph) and outputs as the head takes them${
    needs.text ? ', and `tokenizer.json` cuts and pads by itself' : ''
  }; their weights are as they were.
`;
}
