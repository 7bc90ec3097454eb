import { bytes, metric } from '../../parts/format.ts';
import { toMarkdown } from '../../parts/table-text.ts';
import type { Model, Version } from './model-page.tsx';

/** What a reader has to know before using a version, as Markdown: what it is for is left to its author to write. */
export function modelCard(model: Model, version: Version): string {
  const { metrics, encoder, labels, runs } = version;
  const data = new Set(
    runs.map(({ dataset, datasetVersion }) => `${dataset.name}, version ${datasetVersion.number}`),
  );
  const figures = toMarkdown({
    head: ['On test samples', 'Value'],
    rows: [
      ['mAP', metric(metrics?.meanAveragePrecision)],
      ['Micro-F1', metric(metrics?.microF1)],
      ['Macro-F1', metric(metrics?.macroF1)],
      ['Samples-F1', metric(metrics?.samplesF1)],
      ['Hamming loss', metric(metrics?.hammingLoss)],
    ],
  });
  return `# ${model.name}, version ${version.number}

${model.description ?? 'Intended use: (to be written)'}

A multilabel head of ${bytes(version.sizeBytes)} on embeddings of ${encoder.name} (${encoder.dimension} numbers, ${version.precision}, photos at ${encoder.imageSize} pixels, revision ${encoder.revision ?? 'unknown'}).

## Figures

${figures}
## Data

${data.size === 0 ? 'An imported bundle; its data is not known here.' : `${[...data].map((each) => `* ${each}`).join('\n')}\n\nMade from ${runs.map(({ name }) => name).join(', ')}.`}

## Labels

In the order of the outputs: ${labels.map(({ name }) => name).join(', ')}.

## Limits

* The figures hold for data like the test samples; thresholds were fitted on validation samples of the same source.
* Labels outside of the list are never predicted.
* Licence of the encoder: ${encoder.license ?? 'unknown'}.

SHA-256 of the head: ${version.sha256}
`;
}
