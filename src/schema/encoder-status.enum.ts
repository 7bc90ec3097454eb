import { registerEnumType } from 'type-graphql';

export const EncoderStatus = {
  BUILT_IN: 'BUILT_IN',
  AVAILABLE: 'AVAILABLE',
  DOWNLOADING: 'DOWNLOADING',
  READY: 'READY',
  FAILED: 'FAILED',
} as const;
export type EncoderStatus = keyof typeof EncoderStatus;

registerEnumType(EncoderStatus, { name: 'EncoderStatus' });
