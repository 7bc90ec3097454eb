import { registerEnumType } from 'type-graphql';

export const ImportFormat = { AUTO: 'AUTO', CSV: 'CSV', JSONL: 'JSONL' } as const;
export type ImportFormat = keyof typeof ImportFormat;

registerEnumType(ImportFormat, { name: 'ImportFormat' });
