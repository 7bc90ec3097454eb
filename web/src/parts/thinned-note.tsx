import { Text } from '@mantine/core';
import { count } from './format.ts';

/** Says of which runs not every epoch is drawn: the server leaves some out of long ones. */
export function ThinnedNote({
  runs,
}: {
  runs: readonly { name?: string; epochs: readonly { epoch: number }[] }[];
}) {
  const thinned = runs.filter(({ epochs }) => epochs.length < (epochs.at(-1)?.epoch ?? 0));
  if (thinned.length === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      Shown:{' '}
      {thinned
        .map(({ name, epochs }) => {
          const of = `${count(epochs.length)} of ${count(epochs.at(-1)!.epoch)} epochs`;
          return name === undefined ? of : `${of} of ${name}`;
        })
        .join(', ')}
      ; the lowest and highest values of each stretch are among them.
    </Text>
  );
}
