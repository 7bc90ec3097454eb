import type { Catalogue, CataloguedEncoder } from '../hub/catalogue.js';
import type { UsableEncoder } from './encoder-source.js';
import type { FaultyEncoder, LocalEncoders } from './local-encoders.js';

/** An encoder as the API shows it; where nothing is known of it, sizes are 0. */
export interface EncoderEntry {
  readonly id: string;
  readonly name: string;
  readonly status: 'BUILT_IN' | 'AVAILABLE' | 'READY' | 'FAILED';
  /** Why it cannot be used. */
  readonly problem: string | null;
  readonly dimension: number;
  readonly imageSize: number;
  readonly contextLength: number;
  readonly sizeBytes: number | null;
  readonly license: string | null;
  readonly revision: string | null;
}

export interface ListEncodersDeps {
  encoders: Pick<LocalEncoders, 'found'>;
  catalogue: Catalogue;
}

/** Those in folders, and behind them what the catalogue has besides. */
export async function listEncoders({
  encoders,
  catalogue,
}: ListEncodersDeps): Promise<EncoderEntry[]> {
  const entries = (await encoders.found()).map((found) =>
    found.status === 'FAILED' ? faulty(found, catalogue.get(found.id)) : usable(found),
  );
  const present = new Set(entries.map(({ id }) => id));
  for (const catalogued of catalogue.values()) {
    if (!present.has(catalogued.repository)) entries.push(available(catalogued));
  }
  return entries;
}

function usable({ id, name, status, license, description }: UsableEncoder): EncoderEntry {
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
  };
}

function faulty(
  { id, name, status, problem }: FaultyEncoder,
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
  };
}

function available(catalogued: CataloguedEncoder): EncoderEntry {
  const { repository, name, family, license, dimension, imageSize, contextLength } = catalogued;
  return {
    id: repository,
    name,
    status: 'AVAILABLE',
    problem: familyProblem(family),
    license,
    dimension,
    imageSize,
    contextLength,
    sizeBytes: null,
    revision: null,
  };
}

/** Why encoders of a family cannot be used, or null. */
export function familyProblem(family: CataloguedEncoder['family']): string | null {
  return family === 'CLIP' ? null : `Encoders of the family ${family} cannot be used yet.`;
}
