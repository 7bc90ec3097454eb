import { registerEnumType } from 'type-graphql';

export const Split = { TRAIN: 'TRAIN', VALIDATION: 'VALIDATION', TEST: 'TEST' } as const;
export type Split = keyof typeof Split;

registerEnumType(Split, { name: 'Split' });
