interface Encoder {
  status: 'AVAILABLE' | 'BUILT_IN' | 'DOWNLOADING' | 'FAILED' | 'READY';
}

/** Whether it can embed now; what it embedded before stays when it is deleted. */
export const isThere = ({ status }: Encoder) => status === 'BUILT_IN' || status === 'READY';

/** Why words and photos are not searched by, among embeddings whose encoder is not there. */
export const SEARCH_NEEDS_ENCODER =
  'Words and photos are searched by with the encoder that made the embeddings, which is not there now. What is similar to a ' +
  'sample is found without it.';
