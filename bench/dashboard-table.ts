import { optionalResult, provenance } from './results.js';

interface Dashboard {
  runs: number;
  epochs: number;
  compared: number;
  milliseconds: Record<string, { median: number; p95: number; count: number }>;
}

/** Of the first page; of everything else it is 100. */
const FIRST_PAGE_MS = 1000;
const FIRST = ['first paint', 'first rows'];

/** What docs/benchmarks.md says of the dashboard. */
export function dashboardSection(): string {
  const bench = optionalResult<Dashboard>('dashboard');
  if (!bench) return '';
  const { runs, epochs, milliseconds } = bench.result;
  const rows = Object.entries(milliseconds).map(([name, { median, p95 }]) => {
    const budget = FIRST.includes(name) ? FIRST_PAGE_MS : 100;
    return `| ${name} | ${median.toFixed(0)} ms | ${p95.toFixed(0)} ms | ${budget} ms | ${median <= budget ? 'yes' : 'no'} |`;
  });
  return `## The dashboard with ${runs.toLocaleString('en')} runs of ${epochs} epochs

\`npx tsx bench/dashboard.bench.ts\` · ${provenance(bench)}

In Chromium without a GPU, on the machine that the server runs on too; each from the click or key to the frame that shows what was
asked for. The first page is that of the runs, in a browser that has never been there; the first run that is opened draws the first
chart. Before the link of a run or Compare is clicked the pointer rests on it for 150 ms, in which the page asks for what comes already; a run is
there with its two charts, a comparison with its table and the charts on the screen. Smoothing and axis are answered when the control is.

| what | median | p95 | budget | median within |
|---|---|---|---|---|
${rows.join('\n')}

`;
}
