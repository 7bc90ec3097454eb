import { Button } from '@mantine/core';
import { Link } from 'react-router';

/** What the page for comparisons takes. */
const MOST_COMPARED = 16;

export function CompareLink({ ids }: { ids: readonly string[] }) {
  const isOff = ids.length < 2 || ids.length > MOST_COMPARED;
  return (
    <Button
      size="xs"
      component={Link}
      to={`/compare?runs=${ids.join(',')}`}
      data-disabled={isOff || undefined}
      aria-disabled={isOff}
      onClick={(event) => {
        if (isOff) event.preventDefault();
      }}
      title={`Choose 2 to ${MOST_COMPARED} runs`}
    >
      Compare
    </Button>
  );
}
