/** In which numbers an encoder's towers hold their weights. */
export type Precision = 'FP32' | 'FP16' | 'INT8';
