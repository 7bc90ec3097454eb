import { optionalResult, provenance } from './results.js';

interface Search {
  samples: number;
  dimension: number;
  first: number;
  recall: number;
  firstSeconds: number;
  milliseconds: { median: number; p95: number };
  plain: { median: number; p95: number };
  residentMiB: number;
}

/** What docs/benchmarks.md says of searching. */
export function searchSection(): string {
  const bench = optionalResult<Search>('search');
  if (!bench) return '';
  const { samples, dimension, first, recall, firstSeconds, milliseconds, plain, residentMiB } =
    bench.result;
  return `## Searching an embedding set

\`npx tsx bench/search.bench.ts\` · ${provenance(bench)}

The ${first} nearest of ${samples.toLocaleString('en')} × ${dimension}, asked of the search process one after the other; recall ${recall} against every cosine.

| | median | p95 |
|---|---|---|
| a search (budget: p95 15 ms) | ${milliseconds.median.toFixed(1)} ms | ${milliseconds.p95.toFixed(1)} ms |
| every cosine, in plain JavaScript | ${plain.median.toFixed(0)} ms | ${plain.p95.toFixed(0)} ms |

The first search of a set reads its file and learns what relevance means in it: ${firstSeconds.toFixed(1)} s. Memory of the process then: ${residentMiB} MiB.

`;
}
