/** What a sample may have. The names are those of the embeddings' inputs in exported models. */
export const MODALITIES = ['image', 'text'] as const;
export type Modality = (typeof MODALITIES)[number];

/** One value for each of some modalities. */
export type ByModality<T> = Readonly<Partial<Record<Modality, T>>>;
