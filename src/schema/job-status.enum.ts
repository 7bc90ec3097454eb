import { registerEnumType } from 'type-graphql';

export const JobStatus = {
  QUEUED: 'QUEUED',
  RUNNING: 'RUNNING',
  PAUSED: 'PAUSED',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
} as const;
export type JobStatus = keyof typeof JobStatus;

registerEnumType(JobStatus, { name: 'JobStatus' });
