import type { DatasetVersionSize } from '../db/datasets.queries.js';
import { countContents, countMissing } from '../db/embedding-entries.queries.js';
import { findSet, findSpace, setToEmbed } from '../db/embeddings.queries.js';
import type { Sql } from '../db/sql.js';
import type { UsableEncoder } from './encoder-source.js';
import { tokensOf } from './encoder-tokens.js';

export interface PlannedSet {
  /** empty where there is none */
  id: string;
  /** photos and captions that have no vector yet */
  numToEmbed: number;
}

/** The embedding set of a version by an encoder, and what it still lacks. Writes nothing. */
export async function planSet(
  sql: Sql,
  version: DatasetVersionSize,
  encoder: UsableEncoder,
): Promise<PlannedSet> {
  const { revision, preprocessingHash: preprocessing, precision } = encoder.description;
  const spaceId = await findSpace(sql, {
    encoderId: encoder.id,
    revision,
    preprocessing,
    precision,
    tokens: tokensOf(encoder.description),
  });
  const id = spaceId && (await findSet(sql, version.id, spaceId));
  if (id && (await setToEmbed(sql, id))?.artifactSha256) return { id, numToEmbed: 0 };
  const of = { versionId: version.id, sampleCount: version.sampleCount };
  let numToEmbed = 0;
  for (const modality of ['IMAGE', 'TEXT'] as const) {
    numToEmbed += spaceId
      ? await countMissing(sql, { ...of, spaceId }, modality)
      : await countContents(sql, version.id, modality);
  }
  return { id: id ?? '', numToEmbed };
}
