import type { EmbeddingSet } from '../schema/embedding-set.type.js';
import type { Loaders } from './loaders.js';
import { required } from './required.js';

/** The embedding set of what keeps it from being deleted. */
export async function setOf(loaders: Loaders, id: string): Promise<EmbeddingSet> {
  return required(await loaders.embeddingSet.load(id), 'embedding set with this id');
}
