import { useQuery } from '@apollo/client/react';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { NewExperimentChoicesDocument } from './new-experiment.generated.ts';
import { NewExperimentForm } from './new-experiment-form.tsx';

export function Component() {
  const answer = useQuery(NewExperimentChoicesDocument);
  return (
    <>
      <PageTitle>New experiment</PageTitle>
      <QueryView answer={answer}>
        {({ datasets, encoders }) => {
          const usable = datasets.nodes.filter(({ latestVersion }) => latestVersion !== null);
          return usable.length === 0 ? (
            <EmptyNote>An experiment needs a dataset. Import one on the page Datasets.</EmptyNote>
          ) : (
            <NewExperimentForm
              datasets={usable}
              encoders={encoders.filter(
                ({ status }) => status === 'BUILT_IN' || status === 'READY',
              )}
            />
          );
        }}
      </QueryView>
    </>
  );
}
