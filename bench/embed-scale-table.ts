import { optionalResult, provenance } from './results.js';

interface EmbedScale {
  photos: number;
  peakMiBByQuarter: number[];
  growth: number;
  wantedGrowth: number;
  knownPerSecond: number;
  wantedKnownPerSecond: number;
}

/** What docs/benchmarks.md says of large embeddings. */
export function embedScaleSection(): string {
  const bench = optionalResult<EmbedScale>('embed-scale');
  if (!bench) return '';
  const few = optionalResult<EmbedScale>('embed-scale-few');
  const ofFew = few
    ? `; of ${few.result.photos.toLocaleString('en')} photos, right after they were embedded, ${Math.round(few.result.knownPerSecond).toLocaleString('en')} a second`
    : '';
  const { photos, growth, wantedGrowth, peakMiBByQuarter, ...known } = bench.result;
  return `## A large embedding

\`npx tsx bench/embed-scale.bench.ts --count ${photos}\` · ${provenance(bench)}

${photos.toLocaleString('en')} small photos by clip-mini. Peak memory (PSS) of the worker and its children in each quarter of the job: ${peakMiBByQuarter.join(', ')} MiB; the last is ${growth.toFixed(2)} times the second (wanted: ${wantedGrowth} at most).

The same photos in another dataset: ${Math.round(known.knownPerSecond).toLocaleString('en')} a second, none of them computed${ofFew} (wanted: ${known.wantedKnownPerSecond.toLocaleString('en')}).

`;
}
