import { type EncoderJob, latestDownloads } from '../db/encoder-jobs.queries.js';
import type { Modality } from '../db/enums.js';
import { hasEnded } from '../db/events.js';
import type { Sql } from '../db/sql.js';
import type { Catalogue, CataloguedEncoder } from '../hub/catalogue.js';
import { type EncoderPrecision, precisionsOf } from './encoder-precisions.js';
import type { UsableEncoder } from './encoder-source.js';
import type { FaultyEncoder, FoundEncoder } from './local-encoders.js';
import { MODALITY_NAMES } from './modality-names.js';

/** An encoder as the API shows it; where nothing is known of it, sizes are 0. */
export interface EncoderEntry {
  readonly id: string;
  readonly name: string;
  readonly status: 'BUILT_IN' | 'AVAILABLE' | 'DOWNLOADING' | 'READY' | 'FAILED';
  /** Why it cannot be used, or was not downloaded. */
  readonly problem: string | null;
  readonly dimension: number;
  readonly imageSize: number;
  readonly contextLength: number;
  readonly sizeBytes: number | null;
  readonly license: string | null;
  readonly revision: string | null;
  /** Of what it can give tokens, in FP32. */
  readonly tokens: readonly Modality[];
  readonly precisions: readonly EncoderPrecision[];
  /** In a folder of the data directory, that can be deleted. */
  readonly isStored: boolean;
  /** Its latest download. */
  readonly jobId: string | null;
}

export interface ListEncodersDeps {
  db: Sql;
  encoders: { found(): Promise<FoundEncoder[]> };
  catalogue: Catalogue;
}

/** Those in folders, and behind them what the catalogue has besides; of each, what became of its latest download. */
export async function listEncoders(deps: ListEncodersDeps): Promise<EncoderEntry[]> {
  const downloads = await latestDownloads(deps.db);
  const byEncoder = new Map(downloads.map((job) => [job.encoderId, job]));
  return (await listPresent(deps)).map((entry) => withDownload(entry, byEncoder.get(entry.id)));
}

/** A finished encoder stays what it is; one that is not is being downloaded, or could not be. */
function withDownload(entry: EncoderEntry, job: EncoderJob | undefined): EncoderEntry {
  if (!job) return entry;
  const known = { ...entry, jobId: job.id };
  if (entry.status !== 'AVAILABLE' && entry.status !== 'FAILED') return known;
  if (!hasEnded(job.status)) return { ...known, status: 'DOWNLOADING', problem: null };
  if (job.status !== 'FAILED' || entry.status === 'FAILED') return known;
  return { ...known, status: 'FAILED', problem: job.errorMessage };
}

async function listPresent({
  encoders,
  catalogue,
}: Pick<ListEncodersDeps, 'encoders' | 'catalogue'>): Promise<EncoderEntry[]> {
  const entries = (await encoders.found()).map((found) =>
    found.status === 'FAILED'
      ? faulty(found, catalogue.get(found.id))
      : usable(found, catalogue.get(found.id)),
  );
  const present = new Set(entries.map(({ id }) => id));
  for (const catalogued of catalogue.values()) {
    if (!present.has(catalogued.repository)) entries.push(available(catalogued));
  }
  return entries;
}

function usable(encoder: UsableEncoder, catalogued: CataloguedEncoder | undefined): EncoderEntry {
  const { id, name, status, license, description } = encoder;
  return {
    id,
    name,
    status,
    problem: null,
    license,
    dimension: description.dimension,
    imageSize: description.image.geometry.crop.width,
    contextLength: description.text.contextLength,
    sizeBytes: description.sizeBytes,
    revision: description.revision,
    tokens: (['IMAGE', 'TEXT'] as const).filter(
      (modality) => description.tokenShapes[MODALITY_NAMES[modality]] !== undefined,
    ),
    precisions: precisionsOf(encoder, catalogued),
    isStored: status === 'READY',
    jobId: null,
  };
}

function faulty(
  { id, name, status, problem, isBuiltIn }: FaultyEncoder,
  catalogued: CataloguedEncoder | undefined,
): EncoderEntry {
  return {
    id,
    name,
    status,
    problem,
    license: catalogued?.license ?? null,
    dimension: catalogued?.dimension ?? 0,
    imageSize: catalogued?.imageSize ?? 0,
    contextLength: catalogued?.contextLength ?? 0,
    sizeBytes: null,
    revision: null,
    tokens: [],
    precisions: precisionsOf(undefined, catalogued),
    isStored: !isBuiltIn,
    jobId: null,
  };
}

function available(catalogued: CataloguedEncoder): EncoderEntry {
  const { repository, name, license, dimension, imageSize, contextLength } = catalogued;
  return {
    id: repository,
    name,
    status: 'AVAILABLE',
    problem: null,
    license,
    dimension,
    imageSize,
    contextLength,
    sizeBytes: null,
    revision: null,
    tokens: [],
    precisions: precisionsOf(undefined, catalogued),
    isStored: false,
    jobId: null,
  };
}
