/** The part of docs/benchmarks.md about INT8. */
import { provenance, result } from './results.js';

interface Ratio {
  median: number;
  low: number;
  high: number;
}
interface Int8 {
  photos: number;
  rounds: number;
  quantiseSeconds: number;
  drift: { imageCosine: number; textCosine: number; speedup: number };
  photosPerSecond: Record<'fp32' | 'int8' | 'peerFp32' | 'peerInt8', number>;
  peer: { name: string; batches: { fp32: number; q8: number } };
  int8ToFp32: Ratio;
  int8ToPeerFp32: Ratio;
  int8ToPeerInt8: Ratio;
  wanted: number;
}

export function int8Section(): string {
  const found = result<Int8>('int8');
  const { photosPerSecond: speed, peer, drift, ...all } = found.result;
  const row = (name: string, each: number, times: Ratio | null) =>
    `| ${name} | ${each.toFixed(1)} | ${times ? `${times.median.toFixed(2)} (${times.low.toFixed(2)} to ${times.high.toFixed(2)})` : ''} |`;
  return `## INT8

\`npx tsx bench/int8.bench.ts\` · ${provenance(found)}

From JPEG files to vectors by a whole ViT-B/32 with random weights; ${all.photos} photos, ${all.rounds} interleaved rounds.

| what | photos a second | INT8 is so many times as fast |
|---|---|---|
${row('INT8, made here', speed.int8, null)}
${row('FP32', speed.fp32, all.int8ToFp32)}
${row(`${peer.name}, FP32, batches of ${peer.batches.fp32}`, speed.peerFp32, all.int8ToPeerFp32)}
${row(`${peer.name}, the same INT8 file, batches of ${peer.batches.q8}`, speed.peerInt8, all.int8ToPeerInt8)}

Wanted: ${all.wanted} times FP32, and ${all.wanted} times transformers.js. Lowest cosine to FP32: images ${drift.imageCosine.toFixed(5)}, texts ${drift.textCosine.toFixed(5)}. Both towers were made of FP32 in ${all.quantiseSeconds.toFixed(1)} s.

`;
}
