import { registerEnumType } from 'type-graphql';

export const KeepTogether = {
  NOTHING: 'NOTHING',
  SAME_IMAGE: 'SAME_IMAGE',
  SAME_CAPTION: 'SAME_CAPTION',
} as const;
export type KeepTogether = keyof typeof KeepTogether;

registerEnumType(KeepTogether, { name: 'KeepTogether' });
