/** In which numbers an encoder's towers hold their weights. */
export const PRECISIONS = ['FP32', 'FP16', 'INT8'] as const;
export type Precision = (typeof PRECISIONS)[number];
