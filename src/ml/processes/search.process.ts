import { nearPairs } from '../search/near-pairs.js';
import { VectorSearches } from '../search/search-vectors.js';
import { hostProcess } from './process-host.js';
import type { SearchMethods } from './search.methods.js';

const searches = new VectorSearches();

hostProcess<SearchMethods>({
  nearPairs,
  search: async (payload) => searches.search(payload),
});
