import { useMutation } from '@apollo/client/react';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { problemOf } from '../../api/problem.ts';
import { countOf } from '../../parts/format.ts';
import { ArchiveRunsDocument } from './runs.generated.ts';

/** The server's limit. */
const MOST = 100;

/** Puts the chosen runs aside, or takes them back. */
export function ArchiveButton({
  ids,
  isBack,
  onDone,
}: {
  ids: readonly string[];
  isBack: boolean;
  onDone: () => void;
}) {
  const [archive, { loading }] = useMutation(ArchiveRunsDocument);
  const press = () =>
    archive({ variables: { ids: [...ids], archived: !isBack } }).then(
      () => {
        const runs = countOf(ids.length, 'run');
        const what = isBack ? 'taken back' : 'put aside: the filter Archived shows what is';
        notifications.show({ message: `${runs} ${what}.` });
        onDone();
      },
      (error: unknown) => notifications.show({ color: 'red', message: problemOf(error).message }),
    );
  return (
    <Button
      size="xs"
      variant="default"
      loading={loading}
      disabled={ids.length > MOST}
      title={ids.length > MOST ? `At most ${MOST} at a time` : undefined}
      onClick={() => void press()}
    >
      {isBack ? 'Take back' : 'Archive'}
    </Button>
  );
}
