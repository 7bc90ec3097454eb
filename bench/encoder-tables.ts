/** The parts of docs/benchmarks.md about a whole ViT-B/32 and about large photos, each of one result in bench/results. */
import { optionalResult, provenance } from './results.js';

interface Interval {
  median: number;
  low: number;
  high: number;
}
interface EncoderSpeed {
  photos: number;
  captions: number;
  rounds: number;
  perSecond: Record<string, number>;
  towerToProducts: Interval;
  towerToComputed: Interval;
  imagesToProducts: Interval;
  imagesToComputed: Interval;
  imagesToTransformers: Interval;
  captionsToTransformers: Interval;
  captionsToTransformers77: Interval;
  transformers: string;
  torch?: string;
  imagesToTorch?: Interval;
}
interface LargePhotos {
  photos: number;
  pixels: number;
  msPerPhoto: { whole: number; reduced: number };
  timesFaster: Interval;
  leastCosine: number;
}

export function encoderSections(): string {
  return [speedSection(), largeSection()].join('');
}

function speedSection(): string {
  const found = optionalResult<EncoderSpeed>('encoder-speed');
  if (!found) return '';
  const { result } = found;
  const row = (what: string, { median, low, high }: Interval, wanted: string) =>
    `| ${what} | ${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}) | ${wanted} |`;
  const rates = Object.entries(result.perSecond).map(
    ([name, each]) => `${NAMES[name] ?? name} ${each.toFixed(1)}`,
  );
  return `## A whole ViT-B/32, fp32

\`npx tsx bench/encoder-speed.bench.ts\` · ${provenance(found)}

Random weights, ${result.photos} photos and ${result.captions} captions, ${result.rounds} rounds in which all take turns; transformers.js ${result.transformers}${result.torch ? `, PyTorch ${result.torch}` : ''}, at the best of some batches.
Medians of the rounds' ratios with their 95 % intervals: wide ones mean that the machine was not quiet, and where one reaches
below what is wanted, that is not shown. With 16 photos to a chunk, decoding overlaps inference the less the fewer photos there are.

| what | times | wanted |
|---|---|---|
${[
  row('the tower, to its matrix products', result.towerToProducts, '0.85'),
  row('the same, to those of them that it computes', result.towerToComputed, ''),
  row('from JPEG files to stored vectors, to the matrix products', result.imagesToProducts, '0.75'),
  row('the same, to those of them that are computed', result.imagesToComputed, ''),
  row(
    'from JPEG files to stored vectors, to transformers.js',
    result.imagesToTransformers,
    '1.08, interval above 1',
  ),
  row('captions, to transformers.js padding to the longest', result.captionsToTransformers, '1.3'),
  row('captions, to transformers.js padding to 77', result.captionsToTransformers77, '5'),
  result.imagesToTorch
    ? row('from JPEG files, to PyTorch with Pillow', result.imagesToTorch, '1.2')
    : '| from JPEG files, to PyTorch with Pillow | not measured | 1.2 |',
].join('\n')}

A second: ${rates.join(', ')}.

`;
}

const NAMES: Readonly<Record<string, string>> = {
  products: 'matrix products alone',
  tower: 'tower',
  images: 'photos',
  transformersImages: 'by transformers.js',
  captions: 'captions',
  transformersCaptions: 'by transformers.js',
  transformersCaptions77: 'padded to 77',
  torchImages: 'photos by PyTorch',
};

function largeSection(): string {
  const found = optionalResult<LargePhotos>('large-photos');
  if (!found) return '';
  const { photos, pixels, msPerPhoto, timesFaster, leastCosine } = found.result;
  return `## Photos of 12 megapixels

\`npx tsx bench/large-photos.bench.ts\` · ${provenance(found)}

${photos} JPEGs of ${(pixels / 1e6).toFixed(1)} megapixels to 224 pixels: ${msPerPhoto.whole.toFixed(0)} ms each decoded whole, ${msPerPhoto.reduced.toFixed(0)} ms reduced while they are decoded: ${timesFaster.median.toFixed(1)} times faster (${timesFaster.low.toFixed(1)} to ${timesFaster.high.toFixed(1)}; wanted: 3). Least cosine of clip-mini's embeddings to those of the whole photos: ${leastCosine.toFixed(5)} (wanted: 0.999).

`;
}
