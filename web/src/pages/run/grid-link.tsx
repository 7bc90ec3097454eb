import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { ErrorKind } from '../../parts/error-kind.tsx';
import type { RunDetails } from './run-page.tsx';
import { useSplit } from './split-switch.tsx';

/** To the samples of the run's version about which it was wrong. */
export function GridLink({
  run,
  label,
  kind,
  children,
}: {
  run: RunDetails;
  /** a key; of all labels without one */
  label?: string;
  kind?: ErrorKind | null;
  children: string;
}) {
  const filter = new URLSearchParams({
    version: String(run.datasetVersion.number),
    errorsOf: run.id,
    split: useSplit(),
    ...(kind && { error: kind }),
    ...(label && { wrong: label }),
  });
  return (
    <Anchor component={Link} to={`/datasets/${run.dataset.id}?${filter}`} size="sm">
      {children}
    </Anchor>
  );
}
