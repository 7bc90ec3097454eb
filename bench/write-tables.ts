/*
 * Writes docs/benchmarks.md and the marked parts of README.md from bench/results: no figure stands in either that a bench
 * did not write. With --check it only says whether they agree.
 *
 *   npx tsx bench/write-tables.ts [--check]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dashboardSection } from './dashboard-table.js';
import { duplicatesSection } from './duplicates-table.js';
import { embedScaleSection } from './embed-scale-table.js';
import { encoderSections } from './encoder-tables.js';
import { int8Section } from './int8-table.js';
import { provenance, result, resultText } from './results.js';
import { sampleGridSection } from './sample-grid-table.js';
import { searchSection } from './search-table.js';
import { trainingSections } from './training-tables.js';

interface Line {
  samples: number;
  importSeconds: number;
  embeddingSeconds: number;
  embeddingAgainSeconds: number;
  apiEventLoopDelayP99MsWhileEmbedding: number;
  runs: Record<string, { ms: number; meanAveragePrecision: number; epochs: number }>;
  predictions: number;
  predictionP50Ms: number;
  predictionP95Ms: number;
  peakPssMiB: number;
}
interface Spread {
  mean: number;
  deviation: number;
}
interface FiveFold {
  samples: number;
  folds: number;
  seeds: number;
  meanAveragePrecision: Record<string, Spread>;
  fusedMinusText: Spread;
  fusedMinusImage: Spread;
}
interface Embed {
  photos: number;
  plan: { processes: number; threads: number };
  cpuMsPerPhoto: { decode: number; resample: number; infer: number; sum: number };
  photosPerSecond: number;
  ratio: number;
  eventLoopDelayP99Ms: number;
}
interface LoadSet {
  samples: number;
  dimension: number;
  seconds: { median: number; p95: number };
}
interface GraphqlList {
  items: number;
  ratio: { median: number; p95: number };
}

const ROOT = path.join(import.meta.dirname, '..');
type Probe = Record<
  'tfidf' | 'image' | 'text' | 'fused',
  { mAP: number; 'sd over folds and seeds': number }
>;
const line = result<Line>('line');
const folds = result<FiveFold>('five-fold');
const embed = result<Embed>('embed-clip-mini');
const load = result<LoadSet>('load-set');
const probe = JSON.parse(resultText('probe.json')) as Probe;
const list = result<GraphqlList>('graphql-list');
const kills = resultText('kill-trials.txt');
const demo = resultText('demo.txt');

const benchmarks = `# Benchmarks

Every figure comes from a program in \`bench/\`, which writes its result with the machine into \`bench/results/\`; this file is
made of those by \`npx tsx bench/write-tables.ts\`.

## The whole line on 2,010 photos

\`npx tsx bench/line.bench.ts\` · ${provenance(line)}

${lineTable(line.result)}

## Embedding against the machine's limit

\`npx tsx bench/embed.bench.ts\` · ${provenance(embed)}

${embedTable(embed.result)}

${embedScaleSection()}${int8Section()}${encoderSections()}## Loading an embedding set

\`npx tsx bench/load-set.bench.ts\` · ${provenance(load)}

${load.result.samples.toLocaleString('en')} × 2 × ${load.result.dimension} float32 in ${load.result.seconds.median.toFixed(2)} s (median; budget: 1 s).

${searchSection()}${duplicatesSection()}${trainingSections()}## Five folds, three seeds

\`npx tsx bench/five-fold.bench.ts\` · ${provenance(folds)}

${foldTable(folds.result)}

A logistic probe on the same embeddings (scikit-learn, \`tools/clip-mini/probe.py\`, same folds): image ${probe.image.mAP.toFixed(3)}, text ${probe.text.mAP.toFixed(3)}, both ${probe.fused.mAP.toFixed(3)}; TF-IDF ${probe.tfidf.mAP.toFixed(3)}.

${dashboardSection()}${sampleGridSection()}## A long list over GraphQL, authorisation on

\`npx tsx bench/graphql-list.bench.ts\` · ${provenance(list)}

${list.result.items.toLocaleString('en')} items: ${list.result.ratio.median.toFixed(2)} times plain graphql-js (median of the ratios of paired runs; p95 ${list.result.ratio.p95.toFixed(2)}).

## Kill trials

\`npx tsx bench/record.ts kill-trials\`; \`.ci/run\` runs them too. With \`--folder ../shared/photos\` the same on the photos.

\`\`\`
${kills}
\`\`\`
`;

let compared = 0;
let differing = 0;
put('docs/benchmarks.md', benchmarks);
put(
  'README.md',
  [
    ['demo', `\`\`\`\n${demo}\n\`\`\``],
    ['five-fold', foldTable(folds.result)],
    ['line', lineTable(line.result)],
  ].reduce(
    (text, [name, content]) => marked(text, name!, content!),
    readFileSync(path.join(ROOT, 'README.md'), 'utf8'),
  ),
);
if (process.argv.includes('--check')) {
  if (differing > 0) process.exit(1);
  console.log(`compared ${compared} files with bench/results`);
}

function lineTable(result: Line): string {
  const run = (kind: string) => `${(result.runs[kind]!.ms / 1000).toFixed(1)} s`;
  return [
    '| what | measured | budget |',
    '|---|---|---|',
    `| import of ${result.samples.toLocaleString('en')} photos | ${result.importSeconds.toFixed(1)} s | 15 s |`,
    `| embedding with clip-mini | ${result.embeddingSeconds.toFixed(1)} s | 40 s |`,
    `| event-loop delay of the API meanwhile, p99 | ${result.apiEventLoopDelayP99MsWhileEmbedding.toFixed(1)} ms | 20 ms |`,
    `| the same again | ${result.embeddingAgainSeconds.toFixed(2)} s | nothing to do |`,
    `| runs: image-only, text-only, fused | ${run('IMAGE_ONLY')}, ${run('TEXT_ONLY')}, ${run('CONCAT')} | 20 s each |`,
    `| ${result.predictions} predictions, never seen before: p50, p95 | ${result.predictionP50Ms.toFixed(1)} ms, ${result.predictionP95Ms.toFixed(1)} ms | 30 ms (p50) |`,
    `| peak memory of all processes (PSS) | ${result.peakPssMiB.toLocaleString('en')} MiB | 1,536 MiB |`,
  ].join('\n');
}

function foldTable({ meanAveragePrecision: map, ...result }: FiveFold): string {
  const spread = ({ mean, deviation }: Spread) => `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`;
  const rows = [
    ['image only', map.IMAGE_ONLY!],
    ['text only', map.TEXT_ONLY!],
    ['fused (concat)', map.CONCAT!],
    ['TF-IDF with logistic regression (captions; scikit-learn, defaults)', probed('tfidf')],
  ] as const;
  return [
    '| | mAP |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${spread(value)} |`),
    '',
    `Fused minus text only, fold by fold: ${spread(result.fusedMinusText)}; fused minus image only: ${spread(result.fusedMinusImage)}.`,
  ].join('\n');
}

function probed(name: keyof Probe): Spread {
  return { mean: probe[name].mAP, deviation: probe[name]['sd over folds and seeds'] };
}

function embedTable({ cpuMsPerPhoto: cpu, ...result }: Embed): string {
  return [
    '| step, alone on one thread | CPU ms per photo |',
    '|---|---|',
    `| decoding | ${cpu.decode.toFixed(2)} |`,
    `| resampling | ${cpu.resample.toFixed(2)} |`,
    `| inference | ${cpu.infer.toFixed(2)} |`,
    `| sum | ${cpu.sum.toFixed(2)} |`,
    '',
    `The pipeline as a whole: ${result.photosPerSecond.toFixed(0)} photos a second, ${(100 * result.ratio).toFixed(0)} % of cores ÷ CPU seconds per photo (wanted: 85 %). Event-loop delay of the process that drives it: p99 ${result.eventLoopDelayP99Ms.toFixed(1)} ms.`,
  ].join('\n');
}

function marked(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no part marked ${name}`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}

function put(file: string, text: string): void {
  compared++;
  const target = path.join(ROOT, file);
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return;
  differing++;
  if (process.argv.includes('--check')) console.error(`${file} differs from bench/results`);
  else writeFileSync(target, text);
}
