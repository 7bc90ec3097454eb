import { Badge } from '@mantine/core';
import { useConnection } from '../api/connection.ts';
import { timeOfDay } from '../parts/format.ts';

/** Says that what should be live is not. */
export function ConnectionNotice() {
  const connection = useConnection();
  return (
    <output aria-live="polite">
      {connection.state === 'LOST' && (
        <Badge color="orange.9" variant="filled">
          Reconnecting: as of {timeOfDay(connection.since)}
        </Badge>
      )}
    </output>
  );
}
