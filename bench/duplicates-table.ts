import { optionalResult, provenance } from './results.js';

interface Duplicates {
  dimension: number;
  threads: number;
  sizes: { samples: number; seconds: number; cpuSeconds: number }[];
}

/** What docs/benchmarks.md says of near pairs. */
export function duplicatesSection(): string {
  const bench = optionalResult<Duplicates>('duplicates');
  if (!bench) return '';
  const { dimension, threads, sizes } = bench.result;
  const rows = sizes.map(
    ({ samples, seconds, cpuSeconds }) =>
      `| ${samples.toLocaleString('en')} | ${seconds.toFixed(1)} s | ${cpuSeconds.toFixed(1)} s |`,
  );
  return `## Near pairs of a set

\`npx tsx bench/duplicates.bench.ts\` · ${provenance(bench)}

Every photo compared with every other, × ${dimension}, ${threads} threads; the planted copies are found, and nothing else. A list is made once while
the server runs, in a process of its own.

| photos | until the list is there | processor |
|---|---|---|
${rows.join('\n')}

`;
}
