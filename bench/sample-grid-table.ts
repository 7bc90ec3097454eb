import { optionalResult, provenance } from './results.js';

interface Size {
  elements: number;
  heapMiB: number;
}
interface SampleGrid {
  samples: number;
  sizes: Record<'begin' | 'end', Size>;
  frames: Record<string, { count: number; p95: number; longest: number; long: number }>;
  milliseconds: Record<string, { median: number; p95: number; count: number }>;
}

/** What docs/benchmarks.md says of the grid of samples. */
export function sampleGridSection(): string {
  const bench = optionalResult<SampleGrid>('sample-grid');
  if (!bench) return '';
  const { samples, sizes, frames, milliseconds } = bench.result;
  const scrolled = Object.entries(frames).map(
    ([name, { count, p95, longest, long }]) =>
      `| ${name} | ${count} | ${p95.toFixed(0)} ms | ${longest.toFixed(0)} ms | ${long} |`,
  );
  const waits = Object.entries(milliseconds).map(
    ([name, { median, p95, count }]) =>
      `| ${name} | ${count} | ${median.toFixed(0)} ms | ${p95.toFixed(0)} ms |`,
  );
  const size = ({ elements, heapMiB }: Size) =>
    `${elements.toLocaleString('en')} nodes and ${heapMiB.toFixed(1)} MiB of heap`;
  return `## The grid of ${samples.toLocaleString('en')} samples

\`npx tsx bench/sample-grid.bench.ts\` · ${provenance(bench)}

In Chromium without a GPU, on the machine that the server runs on too. Every photo is content of its own; where it was never seen its
thumbnail is made first. As Chromium counts them, detached ones too, the page has ${size(sizes.begin)} at the beginning, ${size(sizes.end)} after all of this.

| scrolling | frames | p95 | longest | above 50 ms |
|---|---|---|---|---|
${scrolled.join('\n')}

From what somebody does to the frame that shows all of it in view (budget of filters and counts: 100 ms):

| what | times | median | p95 |
|---|---|---|---|
${waits.join('\n')}

`;
}
