import { registerEnumType } from 'type-graphql';

export const Precision = { FP32: 'FP32', FP16: 'FP16', INT8: 'INT8' } as const;
export type Precision = keyof typeof Precision;

registerEnumType(Precision, { name: 'Precision' });
