import type { FusionKind } from '../nn/fusions/table.js';
import type { FitData } from './fit-data.js';
import type { SampleSource } from './sample-source.js';
import { samplesInMemory } from './samples-in-memory.js';
import { openStreamedSamples, type StreamedData } from './streamed-samples.js';

/** Whoever opens it closes it. */
export async function openSamples(
  data: FitData | StreamedData,
  fusion: FusionKind,
): Promise<SampleSource> {
  return 'file' in data ? openStreamedSamples(data, fusion) : samplesInMemory(data, fusion);
}
