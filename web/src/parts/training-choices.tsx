import { useQuery } from '@apollo/client/react';
import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import {
  TrainingChoicesDocument,
  type TrainingChoicesQuery,
} from '../api/training-choices.generated.ts';
import { EmptyNote } from './empty-note.tsx';
import { QueryView } from './query-view.tsx';

export interface Choices {
  /** That have a version. */
  datasets: TrainingChoicesQuery['datasets']['nodes'];
  /** That can embed now. */
  encoders: TrainingChoicesQuery['encoders'];
}

/** On what something can be trained and by which encoders, for a form; without a dataset, what to do first. */
export function TrainingChoices({
  what,
  children,
}: {
  /** That needs a dataset. */
  what: string;
  children: (choices: Choices) => ReactNode;
}) {
  const answer = useQuery(TrainingChoicesDocument);
  return (
    <QueryView answer={answer}>
      {({ datasets, encoders }) => {
        const usable = datasets.nodes.filter(({ latestVersion }) => latestVersion !== null);
        if (usable.length === 0) {
          return (
            <EmptyNote>
              {what} needs a dataset. Import one on the page{' '}
              <Anchor component={Link} to="/datasets" size="sm" underline="always">
                Datasets
              </Anchor>
              .
            </EmptyNote>
          );
        }
        const ready = encoders.filter(({ status }) => status === 'BUILT_IN' || status === 'READY');
        return children({ datasets: usable, encoders: ready });
      }}
    </QueryView>
  );
}
