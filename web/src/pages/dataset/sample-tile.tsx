import { memo } from 'react';
import { Link } from 'react-router';
import { ERROR_KINDS, ErrorBadge, type ErrorKind } from '../../parts/error-kind.tsx';
import { metric, words } from '../../parts/format.ts';
import type { SamplesInErrorQuery, SampleTileFragment } from './dataset.generated.ts';
import { PassingPhoto } from './passing-photo.tsx';
import classes from './sample-grid.module.css';

type Errors = NonNullable<
  SamplesInErrorQuery['datasetVersion']
>['samples']['nodes'][number]['errors'];
/** With what a run got wrong about it, where that is asked. */
export type ShownSample = SampleTileFragment & { errors?: Errors };

/** Of plain elements: rows of them are made while somebody scrolls. */
export const SampleTile = memo(function SampleTile({
  datasetId,
  sample,
}: {
  datasetId: string;
  sample: ShownSample;
}) {
  const labels = sample.labels?.map(({ name }) => name).join(', ');
  return (
    <Link
      to={`/datasets/${datasetId}/samples/${sample.id}`}
      className={classes.tile}
      title={sample.caption ?? undefined}
    >
      <PassingPhoto url={sample.thumbnailUrl} alt={sample.caption ?? sample.key} />
      <span className={classes.labels}>
        {labels === undefined ? 'labels unknown' : labels || 'no label'}
      </span>
      <span className={classes.key}>
        {words(sample.split)} · {sample.key}
      </span>
      {ERROR_KINDS.map(({ value: kind }) => (
        <SampleErrors
          key={kind}
          kind={kind}
          errors={sample.errors?.filter((error) => error.kind === kind) ?? []}
        />
      ))}
    </Link>
  );
});

/** What was predicted wrongly, or missed, on one line; the figures as a title. */
function SampleErrors({ kind, errors }: { kind: ErrorKind; errors: NonNullable<Errors> }) {
  if (errors.length === 0) return null;
  return (
    <ErrorBadge
      kind={kind}
      labels={errors.map(({ label }) => label.name).join(', ')}
      title={errors
        .map(
          ({ label, score, threshold }) =>
            `${label.name}: score ${metric(score)}, threshold ${metric(threshold)}`,
        )
        .join('\n')}
    />
  );
}
