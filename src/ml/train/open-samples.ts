import type { FusionKind } from '../nn/fusions/table.js';
import type { FileData } from './file-data.js';
import type { FitData } from './fit-data.js';
import type { SampleSource } from './sample-source.js';
import { readSamples, samplesInMemory } from './samples-in-memory.js';
import { openStreamedSamples, type StreamedData } from './streamed-samples.js';

/** Where the samples of a run are found: in arrays, in a file that is read whole, or in one that is read as it is needed. */
export type SampleData = FitData | FileData | StreamedData;

/** Whoever opens it closes it. */
export async function openSamples(data: SampleData, fusion: FusionKind): Promise<SampleSource> {
  if ('windowBytes' in data) return openStreamedSamples(data, fusion);
  return 'file' in data ? readSamples(data, fusion) : samplesInMemory(data, fusion);
}
