import { Badge } from '@mantine/core';
import { words } from './format.ts';

type Status = 'CANCELLED' | 'FAILED' | 'PAUSED' | 'QUEUED' | 'RUNNING' | 'SUCCEEDED';

/** Dark enough for white letters in both colour schemes; the words say it too. */
const COLOURS: Record<Status, string> = {
  QUEUED: 'gray.7',
  RUNNING: 'blue.8',
  PAUSED: 'grape.8',
  SUCCEEDED: '#22722f',
  FAILED: 'red.9',
  CANCELLED: 'dark.4',
};

export function StatusBadge({ status }: { status: Status }) {
  return (
    <Badge color={COLOURS[status]} variant="filled" size="sm" miw="max-content">
      {words(status)}
    </Badge>
  );
}
