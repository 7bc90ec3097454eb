/** How one machine embeds by one encoder. The vectors are the same bytes whatever it says. */
export interface EmbeddingPlan {
  readonly processes: number;
  /** of each process */
  readonly threads: number;
  /** images that go through the model together */
  readonly batch: number;
}

/** Of images, where nothing was measured. */
export const DEFAULT_BATCH = 16;
