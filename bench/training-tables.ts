/** The parts of docs/benchmarks.md about training, each of one result in bench/results. */
import type { Result } from './results.js';
import { optionalResult, provenance } from './results.js';

interface Range {
  median: number;
  p95: number;
}
interface StreamedTraining {
  dimension: number;
  head: string;
  batchSize: number;
  sizes: {
    samples: number;
    numLabels: number;
    secondsPerEpoch: number;
    microsecondsPerSample: number;
    peakResidentMiB: number;
  }[];
  timePerSampleOfLargestToSmallest: number;
}
interface StreamedMetrics {
  samples: number;
  numLabels: number;
  seconds: number;
  peakMiB: number;
}
interface Events {
  cancels: number;
  cancelMs: Range;
  eventsPerSecond: number;
  longestGapMs: number;
  cutMilliseconds: { time: Ratio };
  timePercent: Ratio;
}
interface PaperSize {
  samples: number;
  dimension: number;
  labels: number;
  epochs: number;
  seconds: Range;
}
/** With its 95 % interval. */
interface Ratio {
  median: number;
  low: number;
  high: number;
}
interface TrainStep {
  steps: number;
  medianMs: Record<string, number>;
  toProducts: Record<'relu' | 'gelu', Ratio>;
  torchToOurs?: Record<'relu' | 'gelu', Ratio>;
}
interface LinearProbe {
  samples: number;
  width: number;
  labels: number;
  seconds: number;
  gap: number;
  sweepSeconds: number;
  sweepToOne: number;
  scikitLearn: { labelsFitted: number; seconds: number; gap: number; toOurs: number };
  torch: { version: string; seconds: number | null; secondsOfAll: number; gapAfterAll: number };
}
interface CoTraining {
  samples: number;
  dimension: number;
  epochOfAllCells: {
    head: string;
    cells: number;
    oneAfterTheOther: { medianMs: number };
    stacked: { medianMs: number };
    timesFaster: number;
    timesLessCpu: number;
  }[];
  linearRun: { epochs: number; medianMs: number; ofThatStepsMs: number };
}
interface Study {
  runs: number;
  secondsWithEmbeddingAndRestart: number;
  numCellsCompared: number;
  bestFused: { cell: string };
  bestSingle: { cell: string };
  comparisonOnTest: { difference: number; low: number; high: number; numSamples: number };
}

/** One section for each result that is there. */
export function trainingSections(): string {
  return [
    section<TrainStep>('train-step', 'A training step', trainStep),
    section<LinearProbe>('linear-probe', 'The linear probe', linearProbe),
    section<PaperSize>('paper-size', 'The paper’s size', paperSize),
    section<StreamedTraining>('streamed-training', 'Training beyond memory', streamedTraining),
    section<StreamedMetrics>('streamed-metrics', 'Metrics beyond memory', streamedMetrics),
    section<Events>('events', 'Cancelling and events', events),
    section<CoTraining>('co-training', 'Several cells in one graph', coTraining),
    section<Study>('study', 'A study as one experiment', study),
  ].join('');
}

function section<T>(name: string, title: string, body: (result: T) => string): string {
  const found: Result<T> | null = optionalResult<T>(name);
  if (!found) return '';
  return `## ${title}

\`npx tsx bench/${name}.bench.ts\` · ${provenance(found)}

${body(found.result)}

`;
}

function trainStep({ medianMs, toProducts, torchToOurs, steps }: TrainStep): string {
  const rows = Object.entries(medianMs).map(([name, ms]) => `| ${name} | ${ms.toFixed(2)} |`);
  const ratio = ({ median, low, high }: Ratio) =>
    `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  const torch = torchToOurs
    ? ` The fastest PyTorch takes ${ratio(torchToOurs.relu)} times ours with ReLU, ${ratio(torchToOurs.gelu)} times with the defaults (wanted: above 1).`
    : '';
  return [
    `1024 → 512 → 18, batches of 256, AdamW; ${steps} steps of each, in alternation.`,
    '',
    '| what | ms a step, median |',
    '|---|---|',
    ...rows,
    '',
    `To the matrix products alone: ${ratio(toProducts.relu)} with ReLU, ${ratio(toProducts.gelu)} with the defaults (wanted: 1.35 at most).${torch}`,
  ].join('\n');
}

function linearProbe({ scikitLearn, torch, ...ours }: LinearProbe): string {
  const above = (gap: number) => gap.toExponential(1);
  const torchTime =
    torch.seconds === null
      ? `more than ${torch.secondsOfAll.toFixed(0)} s`
      : `${torch.seconds.toFixed(1)} s`;
  return [
    `Logistic regressions, ${many(ours.samples)} × ${ours.width}, ${ours.labels} labels, C = 1.`,
    '',
    '| what | time | budget | objective above its least, as a share |',
    '|---|---|---|---|',
    `| LBFGS, one fit | ${ours.seconds.toFixed(1)} s | | ${above(ours.gap)} (worst label) |`,
    `| a sweep of 16 penalties | ${ours.sweepSeconds.toFixed(1)} s: ${ours.sweepToOne.toFixed(1)} times one fit | 4 times | |`,
    `| scikit-learn, one-vs-rest (${scikitLearn.labelsFitted} labels, scaled up) | ${scikitLearn.seconds.toFixed(0)} s: ${scikitLearn.toOurs.toFixed(0)} times ours | 10 times | ${above(scikitLearn.gap)} (worst label) |`,
    `| PyTorch ${torch.version}, \`torch.optim.LBFGS\` on all labels | ${torchTime} | | ${above(torch.gapAfterAll)} (mean) at its end |`,
  ].join('\n');
}

function coTraining({ samples, dimension, epochOfAllCells, linearRun }: CoTraining): string {
  const rows = epochOfAllCells.map(
    (row) =>
      `| ${row.head} | ${row.cells} | ${row.oneAfterTheOther.medianMs.toFixed(1)} | ${row.stacked.medianMs.toFixed(1)} | ${row.timesFaster.toFixed(2)} | ${row.timesLessCpu.toFixed(2)} |`,
  );
  const { epochs, medianMs, ofThatStepsMs } = linearRun;
  return [
    `${many(samples)} × ${dimension}, an epoch of cells of equal shape.`,
    '',
    '| head | cells | one after the other, ms | stacked, ms | times faster, of pairs | times less CPU |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    `A whole LINEAR run of ${epochs} epochs takes ${medianMs.toFixed(0)} ms, its steps ${ofThatStepsMs.toFixed(0)} ms of that.`,
  ].join('\n');
}

function paperSize({ samples, dimension, labels, epochs, seconds }: PaperSize): string {
  return `${many(samples)} × (${dimension} + ${dimension}), ${labels} labels, an MLP, ${epochs} epochs: ${seconds.median.toFixed(1)} s (median; budget: 20 s).`;
}

function streamedTraining({ sizes, ...result }: StreamedTraining): string {
  const rows = sizes.map(
    (size) =>
      `| ${many(size.samples)} | ${many(size.numLabels)} | ${size.secondsPerEpoch.toFixed(1)} | ${size.microsecondsPerSample.toFixed(1)} | ${many(size.peakResidentMiB)} |`,
  );
  return [
    `${result.dimension} × 2 features streamed from the packed file, a ${result.head} head, batches of ${many(result.batchSize)}.`,
    '',
    '| samples | labels | seconds an epoch | µs a sample | peak of the process, MiB (budget: 4 GB) |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `Time a sample at the largest of the sizes with 1,000 labels to that at the smallest: ${result.timePerSampleOfLargestToSmallest.toFixed(2)}.`,
  ].join('\n');
}

function streamedMetrics({ samples, numLabels, seconds, peakMiB }: StreamedMetrics): string {
  return `${many(samples)} × ${many(numLabels)} scores: ${seconds.toFixed(0)} s, ${many(peakMiB)} MiB at most (budget: 2 GB).`;
}

function events({ cancels, cancelMs, eventsPerSecond, longestGapMs, ...cost }: Events): string {
  const { low, high } = cost.timePercent;
  const cut = cost.cutMilliseconds.time;
  return [
    '| what | measured | budget |',
    '|---|---|---|',
    `| from cancel until the next training has ended, a tiny one, p95 of ${cancels} | ${cancelMs.p95.toFixed(0)} ms | 1,000 ms |`,
    `| events a second; longest gap | ${eventsPerSecond.toFixed(1)}; ${longestGapMs.toFixed(0)} ms | 4 |`,
    `| what an event and its run more take, 95 % interval | ${cut.low.toFixed(1)} to ${cut.high.toFixed(1)} ms | |`,
    `| share of the time at so many events, 95 % interval | ${low.toFixed(1)} to ${high.toFixed(1)} % | 1 % |`,
  ].join('\n');
}

function study({ comparisonOnTest: test, ...result }: Study): string {
  return [
    `${result.runs} runs with their embedding and a restart in the middle: ${result.secondsWithEmbeddingAndRestart.toFixed(0)} s.`,
    `Of ${result.numCellsCompared} cells the best with both modalities is ${result.bestFused.cell}, the best with one`,
    `${result.bestSingle.cell}: mAP on ${many(test.numSamples)} test samples differs by ${test.difference.toFixed(3)} (95 %: ${test.low.toFixed(3)} to ${test.high.toFixed(3)}).`,
  ].join('\n');
}

function many(count: number): string {
  return count.toLocaleString('en');
}
