import type { NearPairs, PairSearch } from '../search/near-pairs.js';
import type { FoundVectors, VectorSearch } from '../search/search-vectors.js';

export type SearchMethods = {
  nearPairs: { payload: PairSearch; result: NearPairs };
  search: { payload: VectorSearch; result: FoundVectors };
};
