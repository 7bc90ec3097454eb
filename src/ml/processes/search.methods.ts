import type { FoundVectors, VectorSearch } from '../search/search-vectors.js';

export type SearchMethods = {
  search: { payload: VectorSearch; result: FoundVectors };
};
