import { useApolloClient } from '@apollo/client/react';
import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { comparedRuns, MOST_COMPARED } from '../../api/compared-runs.ts';

export function CompareLink({ ids }: { ids: readonly string[] }) {
  const client = useApolloClient();
  const isOff = ids.length < 2 || ids.length > MOST_COMPARED;
  const ask = () => {
    // Should it fail, the page asks again and says what is wrong.
    if (!isOff) comparedRuns(client, ids).catch(() => {});
  };
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
      onPointerEnter={ask}
      onFocus={ask}
      title={`Choose 2 to ${MOST_COMPARED} runs`}
    >
      Compare
    </Button>
  );
}
